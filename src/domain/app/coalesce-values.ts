import { isObject, ownValue, type JsonObject } from '../core/json-object.ts';
import type { ChartContent } from '../helm/compare-chart.ts';

/**
 * The values that a chart gets: those of the release over the defaults of the chart, map by map; null removes a default
 * (helm.sh/helm/v3/pkg/chartutil, CoalesceTables).
 */
export function coalesceValues(values: JsonObject, defaults: JsonObject): JsonObject {
  const keys = [...new Set([...Object.keys(defaults), ...Object.keys(values)])];
  const entries = keys.flatMap((key): readonly (readonly [string, unknown])[] => {
    const [own, other] = [ownValue(values, key), ownValue(defaults, key)];
    if (own === null) return [];
    if (own === undefined) return [[key, other]];
    return [[key, isObject(own) && isObject(other) ? coalesceValues(own, other) : own]];
  });
  return Object.fromEntries(entries);
}

/** The defaults of a chart and, below the names of its subcharts, theirs. The chart's own have priority. */
export function defaultValues({ values, subcharts }: Pick<ChartContent, 'values' | 'subcharts'>): JsonObject {
  const below = subcharts.flatMap((chart) => chart.names.map((name) => [name, defaultValues(chart)] as const));
  return coalesceValues(values, Object.fromEntries(below));
}

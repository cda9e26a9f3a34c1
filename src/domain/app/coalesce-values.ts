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

/**
 * The values of a release over the defaults of its chart, as the new defaults of that chart. A null remains where it
 * removes a default of a subchart: without it, Helm would take that default again.
 */
export function ownValues(values: JsonObject, chart: Pick<ChartContent, 'values' | 'subcharts'>): JsonObject {
  const merged = coalesceValues(values, chart.values);
  const names = chart.subcharts.flatMap((subchart) => subchart.names);
  const below = (names.length === 0 ? [] : [...names, 'global']).flatMap(
    (name): readonly (readonly [string, unknown])[] => {
      const [own, other] = [ownValue(values, name), ownValue(chart.values, name)];
      return isObject(own) ? [[name, isObject(other) ? overlay(own, other) : own]] : [];
    },
  );
  return { ...merged, ...Object.fromEntries(below) };
}

/** Map by map, with each null of the values. */
function overlay(values: JsonObject, defaults: JsonObject): JsonObject {
  const entries = Object.entries(values).map(([key, own]) => {
    const other = ownValue(defaults, key);
    return [key, isObject(own) && isObject(other) ? overlay(own, other) : own] as const;
  });
  return { ...defaults, ...Object.fromEntries(entries) };
}

/** The defaults of a chart and, below the names of its subcharts, theirs. The chart's own have priority. */
export function defaultValues({ values, subcharts }: Pick<ChartContent, 'values' | 'subcharts'>): JsonObject {
  const below = subcharts.flatMap((chart) => chart.names.map((name) => [name, defaultValues(chart)] as const));
  return coalesceValues(values, Object.fromEntries(below));
}

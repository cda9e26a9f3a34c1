import { replaceAt, type Operation } from '../../kube/json-patch.ts';
import { arrayAt, isObject, valueAt, type JsonObject } from '../../core/json-object.ts';
import type { Resource } from '../../kube/resource.ts';

/** To autoscaling/v2: targets of metrics have a type (kubernetes/kubernetes pkg/apis/autoscaling/v2beta1/conversion.go). */
export function convertAutoscaler(resource: Resource): readonly Operation[] {
  if (valueAt(resource, 'spec', 'metrics') === undefined) return [];
  const metrics = arrayAt(resource, 'spec', 'metrics');
  return [
    replaceAt(
      ['spec', 'metrics'],
      metrics.map((metric) => (isObject(metric) ? toMetric(metric) : metric)),
    ),
  ];
}

function toMetric(metric: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(metric).map(([type, source]) => [type, isObject(source) ? toSource(type, source) : source]),
  );
}

function toSource(type: string, source: JsonObject): JsonObject {
  const {
    metricName,
    metricSelector,
    selector = metricSelector,
    target: describedObject,
    averageValue,
    targetAverageUtilization: averageUtilization,
    targetAverageValue = averageValue,
    targetValue,
    ...others
  } = source;
  const metric = metricName === undefined ? {} : { metric: withoutAbsent({ name: metricName, selector }) };
  const object = type === 'object' ? { describedObject } : {};
  return { ...others, ...object, ...metric, target: toTarget({ averageUtilization, targetAverageValue, targetValue }) };
}

// Of an object and of an external metric the average comes first, when both are there.
function toTarget({ averageUtilization, targetAverageValue, targetValue }: JsonObject): JsonObject {
  if (averageUtilization !== undefined) return { type: 'Utilization', averageUtilization };
  if (targetAverageValue !== undefined) return { type: 'AverageValue', averageValue: targetAverageValue };
  return { type: 'Value', value: targetValue };
}

function withoutAbsent(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

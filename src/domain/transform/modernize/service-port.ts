import { arrayAt, stringAt, valueAt } from '../../core/json-object.ts';
import type { Resource } from '../../kube/resource.ts';

/**
 * The port of a Service that a Route's target port means: the name of a port, or the number that the pods listen on;
 * undefined when the Service has no such port. A Route without one leads to the first.
 */
export function portOf(service: Resource, target: unknown): number | undefined {
  const ports = arrayAt(service, 'spec', 'ports');
  if (target === undefined || target === null) return numberOf(ports[0]);
  const wanted = typeof target === 'string' && /^\d+$/.test(target) ? Number(target) : target;
  const found = ports.find((port) =>
    typeof wanted === 'string'
      ? stringAt(port, 'name') === wanted
      : (valueAt(port, 'targetPort') ?? valueAt(port, 'port')) === wanted,
  );
  // The pods may give a name to the number that the Route knows, which a single port cannot hide.
  return numberOf(found ?? (ports.length === 1 ? ports[0] : undefined));
}

function numberOf(port: unknown): number | undefined {
  const number = valueAt(port, 'port');
  return typeof number === 'number' ? number : undefined;
}

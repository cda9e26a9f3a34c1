import { addAt, removeAt, replaceAt, type Operation } from '../../kube/json-patch.ts';
import { arrayAt, isObject, valueAt, type JsonObject } from '../../core/json-object.ts';
import type { Resource } from '../../kube/resource.ts';

/** To networking.k8s.io/v1: other backends, another name of the default backend, and a type for each path. */
export function convertIngress(resource: Resource): readonly Operation[] {
  const backend = valueAt(resource, 'spec', 'backend');
  const rules = arrayAt(resource, 'spec', 'rules').flatMap((rule, index) =>
    arrayAt(rule, 'http', 'paths').flatMap((entry, place) => {
      const path = ['spec', 'rules', index, 'http', 'paths', place];
      const own = valueAt(entry, 'backend');
      return [
        ...(isObject(own) ? [replaceAt([...path, 'backend'], toBackend(own))] : []),
        ...(valueAt(entry, 'pathType') === undefined ? [addAt([...path, 'pathType'], 'ImplementationSpecific')] : []),
      ];
    }),
  );
  if (!isObject(backend)) return rules;
  return [...rules, addAt(['spec', 'defaultBackend'], toBackend(backend)), removeAt(['spec', 'backend'])];
}

function toBackend({ serviceName, servicePort, ...others }: JsonObject): JsonObject {
  if (serviceName === undefined) return others;
  const port = typeof servicePort === 'number' ? { number: servicePort } : { name: servicePort };
  return { ...others, service: { name: serviceName, port } };
}

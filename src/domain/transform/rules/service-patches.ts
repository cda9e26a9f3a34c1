import { stringifyExactly } from '../../kube/exact-integers.ts';
import { removeAt, type Operation } from '../../kube/json-patch.ts';
import { arrayAt, isObject, stringAt, valueAt, type JsonObject } from '../../core/json-object.ts';
import { type Resource, kindOf } from '../../kube/resource.ts';
import { isAskedFor, readAskedFields, type AskedFields } from './asked-fields.ts';

// The API server chooses them, unless the user does.
const chosenFields = ['healthCheckNodePort', 'ipFamilies', 'ipFamilyPolicy'];

/** Removes addresses, address families and ports that the source cluster chose for a Service. Those that a user asked for remain. */
export function cleanService(resource: Resource): readonly Operation[] {
  if (kindOf(resource) !== 'Service') return [];
  const spec = valueAt(resource, 'spec');
  if (!isObject(spec)) return [];
  const asked = readAskedFields(resource);
  const type = spec['type'];
  const chosen = chosenFields.filter((field) => !isAskedFor(asked, ['spec', field]));
  const generated = [
    ...(type === 'LoadBalancer' ? ['externalIPs'] : []),
    ...chosen,
    ...(spec['clusterIP'] === 'None' ? [] : ['clusterIP']),
    ...(valueAt(spec, 'clusterIPs', 0) === 'None' ? [] : ['clusterIPs']),
  ].filter((field) => Object.hasOwn(spec, field));
  return [
    ...generated.map((field) => removeAt(['spec', field])),
    ...(type === 'NodePort' || type === 'LoadBalancer' ? cleanNodePorts(resource, asked) : []),
  ];
}

function cleanNodePorts(service: Resource, asked: AskedFields): readonly Operation[] {
  const wanted = [...askedByLastApplied(asked), ...askedByServerSideApply(asked)];
  return arrayAt(service, 'spec', 'ports').flatMap((port, index) => {
    if (!isObject(port) || !('nodePort' in port)) return [];
    const kept = wanted.some((matches) => matches(port));
    return kept ? [] : [removeAt(['spec', 'ports', index, 'nodePort'])];
  });
}

type PortMatch = (port: JsonObject) => boolean;

// Ports pair by name, unnamed ones by number.
function askedByLastApplied({ applied }: AskedFields): readonly PortMatch[] {
  return arrayAt(applied, 'spec', 'ports')
    .filter((port) => isObject(port) && Boolean(port['nodePort']))
    .map((written) => (port) => {
      const name = stringAt(written, 'name') ?? '';
      return name === '' ? port['port'] === valueAt(written, 'port') : port['name'] === name;
    });
}

// Server-side apply keys ports by number and protocol.
function askedByServerSideApply({ owned }: AskedFields): readonly PortMatch[] {
  return owned.map((entry) => (port) => {
    const { port: number, protocol = 'TCP' } = port;
    const key = `k:${stringifyExactly({ port: number, protocol })}`;
    return valueAt(entry, 'fieldsV1', 'f:spec', 'f:ports', key, 'f:nodePort') !== undefined;
  });
}

import { removeAt, type Operation } from '../json-patch.ts';
import { arrayAt, isObject, stringAt, valueAt, type JsonObject, type Resource } from '../resource.ts';
import { kindOf, textsAt } from './kinds.ts';

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** Removes addresses and ports that the source cluster chose for a Service. Ports that a user asked for stay. */
export function cleanService(resource: Resource): readonly Operation[] {
  if (kindOf(resource) !== 'Service') return [];
  const spec = valueAt(resource, 'spec');
  if (!isObject(spec)) return [];
  const type = spec['type'];
  const generated = [
    ...(type === 'LoadBalancer' ? ['externalIPs', 'healthCheckNodePort'] : []),
    ...(spec['clusterIP'] === 'None' ? [] : ['clusterIP']),
    ...(valueAt(spec, 'clusterIPs', 0) === 'None' ? [] : ['clusterIPs']),
  ].filter((field) => field in spec);
  return [
    ...generated.map((field) => removeAt(['spec', field])),
    ...(type === 'NodePort' || type === 'LoadBalancer' ? cleanNodePorts(resource) : []),
  ];
}

function cleanNodePorts(service: Resource): readonly Operation[] {
  const asked = [...askedByLastApplied(service), ...askedByServerSideApply(service)];
  return arrayAt(service, 'spec', 'ports').flatMap((port, index) => {
    if (!isObject(port) || !('nodePort' in port)) return [];
    const kept = asked.some((matches) => matches(port));
    return kept ? [] : [removeAt(['spec', 'ports', index, 'nodePort'])];
  });
}

type PortMatch = (port: JsonObject) => boolean;

// `kubectl apply` keeps what the user wrote in an annotation. Ports pair by name, unnamed ones by number.
function askedByLastApplied(service: Resource): readonly PortMatch[] {
  const text = textsAt(service, 'annotations')[lastApplied];
  return arrayAt(parseJson(text), 'spec', 'ports')
    .filter((port) => isObject(port) && Boolean(port['nodePort']))
    .map((written) => (port) => {
      const name = stringAt(written, 'name') ?? '';
      return name === '' ? port['port'] === valueAt(written, 'port') : port['name'] === name;
    });
}

// Server-side apply keeps it in managedFields, ports keyed by number and protocol.
function askedByServerSideApply(service: Resource): readonly PortMatch[] {
  return arrayAt(service.metadata, 'managedFields')
    .filter((entry) => stringAt(entry, 'operation') === 'Apply')
    .map((entry) => (port) => {
      const { port: number, protocol = 'TCP' } = port;
      const key = `k:${JSON.stringify({ port: number, protocol })}`;
      return valueAt(entry, 'fieldsV1', 'f:spec', 'f:ports', key, 'f:nodePort') !== undefined;
    });
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    // Not written by kubectl: then nothing is known to be asked for.
    return undefined;
  }
}

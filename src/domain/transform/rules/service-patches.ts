import { stringifyExactly } from '../../kube/exact-integers.ts';
import { removeAt, type Operation } from '../../kube/json-patch.ts';
import { arrayAt, isObject, stringAt, valueAt, type JsonObject, type Path } from '../../core/json-object.ts';
import { type Resource, kindOf, textsAt } from '../../kube/resource.ts';

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

/** Reports addresses that a user asked for and that are removed: they belong to the network of the source. */
export function noteService(resource: Resource): readonly string[] {
  if (kindOf(resource) !== 'Service') return [];
  const asked = readAskedFields(resource);
  const address = stringAt(resource, 'spec', 'clusterIP') ?? '';
  const isAddress = address !== '' && address !== 'None' && isAskedFor(asked, ['spec', 'clusterIP']);
  const isBalanced = stringAt(resource, 'spec', 'type') === 'LoadBalancer';
  const external =
    isBalanced && isAskedFor(asked, ['spec', 'externalIPs']) ? arrayAt(resource, 'spec', 'externalIPs') : [];
  return [...(isAddress ? [address] : []), ...external.map(String)].map(
    (each) =>
      `asked for the address ${each} of the source, which is removed: give it one of the destination where it needs one`,
  );
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

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** What users wrote themselves, as far as an object still shows it. */
interface AskedFields {
  /** The configuration of the last `kubectl apply`; undefined when there is none, or another program wrote it. */
  readonly applied: unknown;
  /** `fieldsV1` of each server-side apply. */
  readonly owned: readonly JsonObject[];
}

/** Reads what `kubectl apply` keeps in an annotation and server-side apply in managedFields. */
function readAskedFields(resource: Resource): AskedFields {
  const owned = arrayAt(resource.metadata, 'managedFields')
    .filter((entry) => stringAt(entry, 'operation') === 'Apply')
    .map((entry) => ({ fieldsV1: valueAt(entry, 'fieldsV1') }));
  return { applied: parseJson(textsAt(resource, 'annotations')[lastApplied]), owned };
}

/** Whether a user asked for the member at a path; its steps are names of members. */
function isAskedFor({ applied, owned }: AskedFields, path: Path): boolean {
  const fields = path.map((step) => `f:${String(step)}`);
  return (
    valueAt(applied, ...path) !== undefined ||
    owned.some((entry) => valueAt(entry, 'fieldsV1', ...fields) !== undefined)
  );
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    // Not written by kubectl: then nothing is known to be asked for.
    return undefined;
  }
}

import { isObject, valueAt } from '../../core/json-object.ts';
import { makeTextTable } from '../../core/text-table.ts';
import { headerOf } from '../../kube/header-of.ts';
import { keyOf, type Resource, kindOf } from '../../kube/resource.ts';
import type { TransformOptions } from '../transform-options.ts';
import { noEvidence, type Evidence, type Fate, type ObjectName } from './evidence.ts';
import { isDeletedWithDependents } from './deletion.ts';
import { judgeOwners, nameOf, ownerOf } from './ownership.ts';
import { collectSecretSources } from './secret-sources.ts';
import { servingSecretOf } from '../../kube/serving-certificates.ts';
import { whiteoutOfLogin, whiteoutOfToken } from './generated-secrets.ts';
import { kubernetesWhiteout, openshiftWhiteout } from './left-out-rules.ts';

/** Collects evidence from resources. */
export interface EvidenceCollector extends Evidence {
  readonly add: (resource: Resource) => void;
}

/** What an object is by itself, and the metadata that name it and its owners; undefined without owners. */
interface Known {
  readonly isLeftOut: boolean;
  /** Whether the source was deleting it with what it controls. */
  readonly isDeleted?: true;
  readonly header: Resource | undefined;
}

/** The same for all objects without owners, which most are. */
const alone: Readonly<Record<'leftOut' | 'kept', Known>> = {
  leftOut: { isLeftOut: true, header: undefined },
  kept: { isLeftOut: false, header: undefined },
};

/** Objects by kind, namespace and name; the last one added under a name counts. */
function makeKnownObjects() {
  const names = makeTextTable();
  const objects: Known[] = [];
  return {
    set: (name: ObjectName, object: Known): void => void (objects[names.add(placeOf(name))] = object),
    get: (name: ObjectName): Known | undefined => objects[names.find(placeOf(name))],
  };
}

type KnownObjects = Pick<ReturnType<typeof makeKnownObjects>, 'get'>;

function toKnown(resource: Resource, isLeftOut: boolean): Known {
  if (isDeletedWithDependents(resource)) return { isLeftOut, isDeleted: true, header: undefined };
  if (ownerOf(resource) === undefined) return isLeftOut ? alone.leftOut : alone.kept;
  return { isLeftOut, header: headerOf(resource) };
}

/** Kinds about which only other objects decide: they prove nothing as owners. */
const undecided: ReadonlySet<string> = new Set([
  'ClusterRole',
  'ClusterRoleBinding',
  'DataVolume',
  'EndpointSlice',
  'Endpoints',
  'Role',
  'RoleBinding',
  'Secret',
]);

/** An empty collector; what is added twice counts once. */
export function collectEvidence(options: TransformOptions): EvidenceCollector {
  const known = makeKnownObjects();
  const namespaces = new Set<string>();
  const selecting = new Set<string>();
  const servingServices = new Map<string, string>();
  const secretsLeftOut = new Set<string>();
  const secretSources = collectSecretSources();
  // Owners are judged when all objects are known.
  const ownOptions = { ...options, keepOwned: true };
  const isLeftOut = (resource: Resource): boolean =>
    undecided.has(resource.kind) ||
    kubernetesWhiteout(resource, ownOptions, noEvidence) !== undefined ||
    openshiftWhiteout(resource, ownOptions, noEvidence) !== undefined;
  const addService = (service: Resource): void => {
    const { namespace, name } = keyOf(service);
    const selector = valueAt(service, 'spec', 'selector');
    if (isObject(selector) && Object.keys(selector).length > 0) selecting.add(`${namespace}/${name}`);
    const secret = servingSecretOf(service);
    if (secret !== undefined && known.get(nameOf(service))?.isLeftOut === false) {
      servingServices.set(`${namespace}/${secret}`, name);
    }
  };
  return {
    hasNamespace: (namespace) => namespaces.has(namespace),
    hasClaim: (namespace, name) => known.get({ kind: 'PersistentVolumeClaim', namespace, name }) !== undefined,
    fateOf: (object) => fateOf(known, object, options),
    makesSameSecret: (maker) => secretSources.areKnown(maker, (object) => fateOf(known, object, options) === 'travels'),
    isInCircle: (object) => isInCircle(known, object),
    hasSelector: (namespace, service) => selecting.has(`${namespace}/${service}`),
    servingServiceOf: (namespace, secret) => servingServices.get(`${namespace}/${secret}`),
    isSecretLeftOut: (namespace, name) => secretsLeftOut.has(`${namespace}/${name}`),
    add: (resource) => {
      const { namespace, name } = keyOf(resource);
      if (namespace !== '') namespaces.add(namespace);
      known.set(nameOf(resource), toKnown(resource, isLeftOut(resource)));
      secretSources.add(resource);
      const kind = kindOf(resource);
      if (kind === 'Service') addService(resource);
      if (kind !== 'Secret') return;
      const isGenerated = whiteoutOfToken(resource, options) ?? whiteoutOfLogin(resource, options);
      if (isGenerated !== undefined) secretsLeftOut.add(`${namespace}/${name}`);
    },
  };
}

function placeOf({ kind, namespace, name }: ObjectName): string {
  return `${kind} ${namespace}/${name}`;
}

function fateOf(known: KnownObjects, object: ObjectName, options: TransformOptions): Fate {
  const found = find(known, object);
  if (found === undefined) return 'absent';
  if (found.isDeleted === true) return 'deleted';
  if (found.isLeftOut) return 'left-out';
  const { header } = found;
  const { reason, isMade, isDeleted } =
    options.keepOwned || header === undefined ? {} : judgeOwners(header, evidenceOf(known, options));
  if (reason === undefined) return 'travels';
  if (isDeleted === true) return 'deleted';
  return isMade === true ? 'made' : 'left-out';
}

function evidenceOf(known: KnownObjects, options: TransformOptions): Evidence {
  return {
    ...noEvidence,
    fateOf: (object) => fateOf(known, object, options),
    isInCircle: (object) => isInCircle(known, object),
  };
}

function isInCircle(known: KnownObjects, object: ObjectName): boolean {
  const start = find(known, object);
  const seen = new Set<Known>();
  let next = start;
  do {
    const owner = next?.header === undefined ? undefined : ownerOf(next.header);
    next = owner === undefined ? undefined : find(known, owner);
    if (next === undefined || seen.has(next)) return false;
    seen.add(next);
  } while (next !== start);
  return true;
}

// Owners of objects in a namespace are in it, or in none.
function find(known: KnownObjects, object: ObjectName): Known | undefined {
  return known.get(object) ?? known.get({ ...object, namespace: '' });
}

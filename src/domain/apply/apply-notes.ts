import { isCovered } from './apply-object.ts';
import { areEqualQuantities } from '../kube/quantity.ts';
import { arrayAt, isObject, stringAt, valueAt, ownValue } from '../core/json-object.ts';
import { keyOf, type Resource } from '../kube/resource.ts';
import { podSpecsOf } from '../kube/pod-specs.ts';

const mostPaths = 5;
/** Part of the identity or stored under another name. */
const unlikeStored: readonly string[] = ['apiVersion', 'kind', 'metadata', 'stringData', 'status'];

/** Where the cluster set fields otherwise than asked, and what reaches beyond the namespace; undefined: nothing. */
export function noteOf(resource: Resource, live: unknown): string | undefined {
  const drift = pathsSetOtherwise(resource, live);
  const named = `${drift.slice(0, mostPaths).join(', ')}${drift.length > mostPaths ? ', …' : ''}`;
  const sentences = crossings(resource);
  if (drift.length > 0) sentences.unshift(`the cluster set otherwise than asked: ${named}`);
  return sentences.length === 0 ? undefined : sentences.join('; ');
}

/** Fields that have another value now than wanted. Values are left out: they may be secret. */
export function pathsSetOtherwise(wanted: Resource, live: unknown): readonly string[] {
  const fields = Object.entries(wanted).filter(([field]) => !unlikeStored.includes(field));
  const { labels, annotations } = wanted.metadata;
  return differences({ ...Object.fromEntries(fields), metadata: { labels, annotations } }, live, '');
}

function differences(wanted: unknown, live: unknown, path: string): readonly string[] {
  if (isNothing(wanted) || isCovered(wanted, live) || areEqualQuantities(wanted, live)) return [];
  if (Array.isArray(wanted) && Array.isArray(live)) return listDifferences(wanted, live, path);
  if (isObject(wanted) && isObject(live)) {
    return Object.entries(wanted).flatMap(([key, value]) =>
      differences(value, ownValue(live, key), path === '' ? key : `${path}.${key}`),
    );
  }
  return [path];
}

/** Servers sort and complete lists: items pair by name, else by place. */
function listDifferences(wanted: readonly unknown[], live: readonly unknown[], path: string): readonly string[] {
  return wanted.flatMap((item, index) => {
    const name = stringAt(item, 'name');
    const partner = name === undefined ? live[index] : live.find((other) => stringAt(other, 'name') === name);
    if (live.some((other) => isCovered(item, other))) return [];
    return differences(item, partner, `${path}[${name ?? String(index)}]`);
  });
}

/** What servers leave out when they store an object. */
function isNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === '' || value === 0 || value === false) return true;
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.values(value).every(isNothing);
}

/** What of a resource reaches beyond its namespace. */
function crossings(resource: Resource): string[] {
  const { kind, namespace } = keyOf(resource);
  const foreign = arrayAt(resource, 'subjects')
    .filter((subject) => stringAt(subject, 'kind') === 'ServiceAccount')
    .map((subject) => stringAt(subject, 'namespace') ?? namespace)
    .filter((place) => place !== namespace);
  const volumes = podSpecsOf(resource).flatMap(({ spec }) => arrayAt(spec, 'volumes'));
  const accounts = [...new Set(foreign)].join(', ');
  const found: string[] = [];
  if (foreign.length > 0) found.push(`it gives rights to accounts of other namespaces: ${accounts}`);
  if (volumes.some((volume) => isObject(valueAt(volume, 'hostPath'))))
    found.push('its pods mount folders of their node (hostPath)');
  if (kind === 'PersistentVolumeClaim' && stringAt(resource, 'spec', 'volumeName') !== undefined)
    found.push('it asks for one certain volume (volumeName)');
  return found;
}

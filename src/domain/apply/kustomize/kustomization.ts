import { stringifyExactly } from '../../kube/exact-integers.ts';
import { parseCommaList } from '../../core/comma-list.ts';
import { TaskError } from '../../core/errors.ts';
import { replaceAt, type Operation } from '../../kube/json-patch.ts';
import { needsConfiguration } from './kustomize-fields.ts';
import { arrayAt, stringAt, type JsonObject } from '../../core/json-object.ts';
import { keyOf, type Resource, isNamespaceName } from '../../kube/resource.ts';
import { isServiceAccount } from '../../kube/service-account.ts';

/** What a kustomization changes in all its resources; empty strings change nothing. */
export interface KustomizationSettings {
  readonly namespace: string | undefined;
  readonly namePrefix: string | undefined;
  readonly nameSuffix: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

/** The file that lists for kustomize which fields of OpenShift's kinds hold names. */
export const configurationPath = 'kustomize-fields.yaml';

/** Names have at most 253 characters. */
const nameCharacters = /^[a-z0-9.-]{0,252}$/;
const labelKey = /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?$/;
const labelValue = /^(?:[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?)?$/;

/**
 * Reads labels as `kustomize create --labels` does, `key:value,key2:value2`; `=` in the place of `:` is taken too.
 * @throws TaskError `invalid-param`
 */
export function parseLabels(text: string): Readonly<Record<string, string>> {
  const pairs = parseCommaList(text).map((piece): [string, string] => {
    const [, key = '', value = ''] = /^([^:=]*)[:=](.*)$/.exec(piece) ?? [];
    if (labelKey.test(key) && labelValue.test(value)) return [key, value];
    throw refuse('labels', piece, 'Write labels as key:value pairs, separated by commas.');
  });
  return Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Checks that settings can stand in Kubernetes names. @throws TaskError `invalid-param` */
export function checkSettings({ namespace, namePrefix = '', nameSuffix = '' }: KustomizationSettings): void {
  if (namespace !== undefined && !isNamespaceName(namespace)) {
    throw refuse('namespace', namespace, 'Give the name of a namespace: lower-case letters, digits and dashes.');
  }
  const remedy = 'Use lower-case letters, digits, dots and dashes, 252 at most.';
  if (!nameCharacters.test(namePrefix)) throw refuse('name-prefix', namePrefix, remedy);
  if (!nameCharacters.test(nameSuffix)) throw refuse('name-suffix', nameSuffix, remedy);
}

/**
 * The kustomization over the given files. Labels go to resources and pod templates, not to selectors: kustomize knows
 * the selectors of Kubernetes' own workloads only, so that a Service would lose the pods of a DeploymentConfig.
 */
export function toKustomization(
  files: readonly string[],
  resources: readonly Resource[],
  settings: KustomizationSettings,
): JsonObject {
  const { namespace, namePrefix, nameSuffix, labels } = settings;
  const patches = namespace === undefined ? [] : movePatches(resources, namespace);
  const pairs = Object.keys(labels).length > 0;
  const renames = namePrefix !== undefined || nameSuffix !== undefined || pairs;
  return {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [...files].sort(),
    ...(namespace === undefined ? {} : { namespace }),
    ...(namePrefix === undefined ? {} : { namePrefix }),
    ...(nameSuffix === undefined ? {} : { nameSuffix }),
    ...(pairs ? { labels: [{ pairs: labels, includeSelectors: false, includeTemplates: true }] } : {}),
    ...(patches.length > 0 ? { patches } : {}),
    ...(renames && needsConfiguration(resources) ? { configurations: [configurationPath] } : {}),
  };
}

/**
 * kustomize moves a RoleBinding's subject along when its ServiceAccount is among the resources, or is called
 * `default`. Patches do it for the other accounts of the same namespace, and for the group of all its accounts.
 */
function movePatches(resources: readonly Resource[], namespace: string): readonly JsonObject[] {
  const accounts = new Set(
    resources.filter(isServiceAccount).map(({ metadata }) => JSON.stringify([metadata.namespace ?? '', metadata.name])),
  );
  return resources.flatMap((resource) => {
    const { group, version, kind, name } = keyOf(resource);
    if (kind !== 'RoleBinding') return [];
    const operations = moveSubjects(resource, accounts, namespace);
    if (operations.length === 0) return [];
    const target = { group, version, kind, name: name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&') };
    return [{ target, patch: stringifyExactly(operations) }];
  });
}

function moveSubjects(binding: Resource, accounts: ReadonlySet<string>, namespace: string): readonly Operation[] {
  const own = binding.metadata.namespace ?? '';
  return arrayAt(binding, 'subjects').flatMap((subject, index) => {
    const [kind, name = ''] = [stringAt(subject, 'kind'), stringAt(subject, 'name')];
    if (kind === 'Group' && name === `system:serviceaccounts:${own}`) {
      return [replaceAt(['subjects', index, 'name'], `system:serviceaccounts:${namespace}`)];
    }
    const place = stringAt(subject, 'namespace');
    const isForeign = kind !== 'ServiceAccount' || place !== own || accounts.has(JSON.stringify([own, name]));
    return isForeign || name === 'default' ? [] : [replaceAt(['subjects', index, 'namespace'], namespace)];
  });
}

function refuse(param: string, value: string, remedy: string): TaskError {
  return new TaskError('invalid-param', `reading ${param}: ${JSON.stringify(value)} is not allowed there`, { remedy });
}

/**
 * All files that a kustomization needs, by path in its folder: the text that was checked, or undefined for a file that
 * kustomize takes as it is.
 */
export type KustomizationFiles = ReadonlyMap<string, string | undefined>;

import { parseCommaList } from '../core/comma-list.ts';
import { TaskError } from '../core/errors.ts';
import { isExportable } from '../export/exportable-kinds.ts';
import type { ApiKind } from '../kube/discovery.ts';
import { keyOf, type Resource } from '../kube/resource.ts';
import { applyRights, exportRights, imageRights, quiesceRights, volumeRights, type UsedRights } from './used-rights.ts';

/** What a run does with a cluster; rights are asked for those that are planned. */
export type Step = 'export' | 'images' | 'apply' | 'quiesce' | 'volumes';

const steps: readonly Step[] = ['export', 'images', 'apply', 'quiesce', 'volumes'];

/** The steps in a list with commas. @throws TaskError `invalid-param` */
export function parseSteps(text: string): ReadonlySet<Step> {
  const words = parseCommaList(text);
  const known = steps.filter((step) => words.includes(step));
  if (new Set(words).size === known.length) return new Set(known);
  throw new TaskError('invalid-param', `reading --steps: ${JSON.stringify(text)}`, {
    remedy: `List some of ${steps.join(', ')}, separated by commas.`,
  });
}

/** Verbs on one kind, in one namespace or in none. */
export interface Right {
  readonly group: string;
  /** Plural, with a subresource after a slash. */
  readonly resource: string;
  readonly verbs: readonly string[];
  /** Empty: cluster-wide. */
  readonly namespace: string;
}

export interface RightsInput {
  readonly steps: ReadonlySet<Step>;
  readonly namespace: string;
  readonly kinds: readonly ApiKind[];
}

/** Rights that the account at the source needs: to list all that is exported, to pull, to scale down, to read volumes. */
export function sourceRights({ steps: planned, namespace, kinds }: RightsInput): readonly Right[] {
  return mergeRights(
    [
      ...(planned.has('export') ? kinds.filter(isExportable).map(exportRights) : []),
      ...(planned.has('images') ? served(imageRights.source, kinds) : []),
      ...(planned.has('quiesce') ? served(quiesceRights, kinds) : []),
      ...(planned.has('volumes') ? served(volumeRights.source, kinds) : []),
    ].flatMap((used) => toRights(used, namespace)),
  );
}

/** Rights that the account at the destination needs: to apply each kind that is planned, to push, to fill volumes. */
export function destinationRights(
  resources: readonly Resource[],
  { steps: planned, namespace, kinds }: RightsInput,
): readonly Right[] {
  const applied = resources.flatMap((resource) => {
    const { group, kind, namespace: own } = keyOf(resource);
    const found = kinds.find((each) => each.group === group && each.kind === kind);
    if (found === undefined) return [];
    const place = found.namespaced ? (namespace === '' ? own : namespace) : '';
    return applyRights(resource, found.plural).flatMap((used) => toRights(used, place));
  });
  return mergeRights([
    ...(planned.has('apply') ? applied : []),
    ...[
      ...(planned.has('images') ? served(imageRights.destination, kinds) : []),
      ...(planned.has('volumes') ? served(volumeRights.destination, kinds) : []),
    ].flatMap((used) => toRights(used, namespace)),
  ]);
}

function toRights({ group, resources, verbs }: UsedRights, namespace: string): readonly Right[] {
  return resources.map((resource) => ({ group, resource, verbs, namespace }));
}

function served(rights: readonly UsedRights[], kinds: readonly ApiKind[]): readonly UsedRights[] {
  const isServed = (group: string, resource: string): boolean =>
    kinds.some((kind) => kind.group === group && kind.plural === resource.replace(/\/[^]*/, ''));
  return rights.map((used) => ({
    ...used,
    resources: used.resources.filter((resource) => isServed(used.group, resource)),
  }));
}

function mergeRights(rights: readonly Right[]): readonly Right[] {
  const merged = new Map<string, Right>();
  for (const right of rights) {
    const key = [right.namespace, right.group, right.resource].join(' ');
    const known = merged.get(key);
    merged.set(key, { ...right, verbs: [...new Set([...(known?.verbs ?? []), ...right.verbs])].sort() });
  }
  return [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, right]) => right);
}

/** `deployments.apps in shop`: how items and messages name what a right is about. */
export function describeRight({ group, resource, namespace }: Right): string {
  const [plural = '', subresource] = resource.split('/');
  const kind = (group === '' ? plural : `${plural}.${group}`) + (subresource === undefined ? '' : `/${subresource}`);
  return namespace === '' ? kind : `${kind} in ${namespace}`;
}

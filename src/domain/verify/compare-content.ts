import { isObject, stringAt, type JsonObject, ownValue } from '../core/json-object.ts';
import { keyOf, type Resource } from '../kube/resource.ts';
import { areEqualQuantities } from '../kube/quantity.ts';

/** Where what was found says something else than what was planned, or lacks it. */
export interface Comparison {
  /** Paths such as `spec.template.spec.containers[web].image`. */
  readonly differences: readonly string[];
  /** Paths of list items that are not in the plan: something else put them there. */
  readonly additions: readonly string[];
}

/** Members whose keys are all content: one that is not in the plan is a difference. */
const closedMembers: Readonly<Record<string, readonly string[]>> = {
  ConfigMap: ['data', 'binaryData'],
  Secret: ['data'],
};

const quantityOwners: ReadonlySet<string> = new Set([
  'requests',
  'limits',
  'hard',
  'capacity',
  'min',
  'max',
  'default',
  'defaultRequest',
  'maxLimitRequestRatio',
  'overhead',
]);
const quantityMembers: ReadonlySet<string> = new Set(['sizeLimit', 'divisor']);

/**
 * All that is planned must be there. What only the other side has is the server's default, save in maps that are all
 * content. Items are compared by name, quantities by amount, and a zero value is the same as nothing.
 */
export function compareContent(planned: Resource, found: Resource): Comparison {
  const run: Run = { differences: [], additions: [] };
  compareObjects(planned, found, { path: [], run });
  const { group, kind } = keyOf(planned);
  for (const member of group === '' ? (ownValue(closedMembers, kind) ?? []) : []) {
    const wanted = ownValue(planned, member);
    const there = ownValue(found, member);
    if (!isObject(there)) continue;
    const foreign = Object.keys(there).filter((key) => !isObject(wanted) || !Object.hasOwn(wanted, key));
    run.differences.push(...foreign.map((key) => formatPath([member, key])));
  }
  return run;
}

interface Run {
  readonly differences: string[];
  readonly additions: string[];
}

interface Place {
  readonly path: readonly string[];
  readonly run: Run;
}

function compare(wanted: unknown, found: unknown, place: Place): void {
  if (isNothing(wanted) && isNothing(found)) return;
  if (isObject(wanted) && isObject(found)) compareObjects(wanted, found, place);
  else if (Array.isArray(wanted) && Array.isArray(found)) compareLists(wanted, found, place);
  else if (wanted !== found && !(isQuantity(place.path) && areEqualQuantities(wanted, found))) note(place);
}

function compareObjects(wanted: JsonObject, found: JsonObject, { path, run }: Place): void {
  for (const [key, value] of Object.entries(wanted))
    compare(value, ownValue(found, key), { path: [...path, key], run });
}

function compareLists(wanted: readonly unknown[], found: readonly unknown[], place: Place): void {
  const [names, foundNames] = [namesOf(wanted), namesOf(found)];
  if (names !== undefined && foundNames !== undefined) {
    for (const [name, item] of names) compare(item, foundNames.get(name), itemAt(place, name));
    const added = [...foundNames.keys()].filter((name) => !names.has(name));
    place.run.additions.push(...added.map((name) => formatPath(itemAt(place, name).path)));
    return;
  }
  if (wanted.length !== found.length) note(place);
  else for (const [index, item] of wanted.entries()) compare(item, found[index], itemAt(place, String(index)));
}

function itemAt({ path, run }: Place, name: string): Place {
  return { path: [...path, `[${name}]`], run };
}

/** Items by name; undefined when not each has one of its own. */
function namesOf(list: readonly unknown[]): ReadonlyMap<string, unknown> | undefined {
  const names = new Map(list.map((item) => [stringAt(item, 'name') ?? '', item]));
  return list.length > 0 && names.size === list.length && !names.has('') ? names : undefined;
}

/** Servers leave out members with these values. */
function isNothing(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isObject(value)) return Object.values(value).every(isNothing);
  return value === undefined || value === null || value === '' || value === false || value === 0;
}

function isQuantity(path: readonly string[]): boolean {
  return (
    path.slice(-1).some((member) => quantityMembers.has(member)) ||
    path.slice(-2, -1).some((owner) => quantityOwners.has(owner))
  );
}

function note({ path, run }: Place): void {
  run.differences.push(formatPath(path));
}

function formatPath(path: readonly string[]): string {
  return path.map((step, index) => (step.startsWith('[') ? step : `${index === 0 ? '' : '.'}${step}`)).join('');
}

const wholeMembers = ['data', 'binaryData'] as const;

/**
 * The part of what was found that something was planned for, in the order of the plan, so that a diff of both shows
 * only what counts. Lists come whole, items with names in the order of the plan; so do the data of ConfigMaps and Secrets.
 */
export function projectContent(planned: Resource, found: Resource): JsonObject {
  const data = wholeMembers.filter((member) => member in found).map((member) => [member, found[member]] as const);
  return { ...projectObject(planned, found), ...Object.fromEntries(data) };
}

function projectObject(planned: JsonObject, found: JsonObject): JsonObject {
  const shared = Object.keys(planned).filter((key) => Object.hasOwn(found, key));
  return Object.fromEntries(shared.map((key) => [key, project(ownValue(planned, key), ownValue(found, key))]));
}

function project(planned: unknown, found: unknown): unknown {
  if (isObject(planned) && isObject(found)) return projectObject(planned, found);
  if (!Array.isArray(planned) || !Array.isArray(found)) return found;
  const rest: unknown[] = found.map((item: unknown) => item);
  const known = planned.flatMap((item: unknown, index): readonly unknown[] => {
    const name = stringAt(item, 'name');
    const place = name === undefined ? index : rest.findIndex((other) => stringAt(other, 'name') === name);
    const match = rest[place];
    if (match === undefined) return [];
    rest[place] = undefined;
    return [project(item, match)];
  });
  return [...known, ...rest.filter((item) => item !== undefined)];
}

import { isObject, stringAt, type JsonObject, ownValue } from '../core/json-object.ts';
import type { Resource } from '../kube/resource.ts';

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

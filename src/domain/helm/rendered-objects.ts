import { isEqualJson, isObject, ownValue, stringAt, valueAt, type Path } from '../core/json-object.ts';
import { isResource, keyOf, type Resource } from '../kube/resource.ts';
import type { YamlCodec } from '../core/ports.ts';
import type { Release } from './release.ts';

/** An object that a template renders. */
export interface RenderedObject {
  /** For example `shop/templates/web.yaml`; undefined where the text does not say it. */
  readonly template: string | undefined;
  readonly resource: Resource;
}

const document = /^---[^\S\n]*(?:#.*)?$/m;
const source = /^# Source: ([^\s#]+)\s*$/m;

/**
 * The objects of a text that Helm rendered; lists are taken apart. One with `generateName` only has that as its name.
 * @throws TaskError `invalid-file`
 */
export function parseManifest(text: string, name: string, yaml: YamlCodec): readonly RenderedObject[] {
  return valuesOf(text, name, yaml).flatMap(({ template, value }) => objectsIn(value, template));
}

interface RenderedValue {
  readonly template: string | undefined;
  readonly value: unknown;
}

function valuesOf(text: string, name: string, yaml: YamlCodec): readonly RenderedValue[] {
  return text.split(document).flatMap((part) => {
    const template = source.exec(part)?.[1];
    return yaml.parse(part, name).map((value) => ({ template, value }));
  });
}

/** The values of a release: those of its manifest, and its hooks with the tests. */
function allValuesOf(release: Release, yaml: YamlCodec): readonly RenderedValue[] {
  const hooks = release.hooks.flatMap(({ path, manifest }) =>
    valuesOf(manifest, `a hook of release ${release.name}`, yaml).map(({ value }) => ({
      template: path === '' ? undefined : path,
      value,
    })),
  );
  return [...valuesOf(release.manifest, `the manifest of release ${release.name}`, yaml), ...hooks];
}

/**
 * The objects of a manifest that can be found by their name. Those without a namespace get that of the release.
 * @throws TaskError `invalid-file`
 */
export function resourcesOf(manifest: string, namespace: string, yaml: YamlCodec): readonly Resource[] {
  return parseManifest(manifest, 'the manifest of the release', yaml)
    .filter(({ resource: { metadata } }) => metadata.name !== metadata['generateName'])
    .map(({ resource }) =>
      resource.metadata.namespace === undefined
        ? { ...resource, metadata: { ...resource.metadata, namespace } }
        : resource,
    );
}

/** All objects of a release: those of its manifest, and its hooks with the tests. @throws TaskError `invalid-file` */
export function objectsOf(release: Release, yaml: YamlCodec): readonly RenderedObject[] {
  return allValuesOf(release, yaml).flatMap(({ template, value }) => objectsIn(value, template));
}

/** A part of a release that has a kind, and no apiVersion or no name. */
export interface UnreadObject {
  readonly template: string | undefined;
  readonly kind: string;
}

/** What `objectsOf` leaves out although it has a kind. @throws TaskError `invalid-file` */
export function unreadObjects(release: Release, yaml: YamlCodec): readonly UnreadObject[] {
  return allValuesOf(release, yaml).flatMap(({ template, value }) =>
    itemsOf(value).flatMap((item) => {
      const kind = stringAt(item, 'kind');
      return kind === undefined || namedResource(item) !== undefined ? [] : [{ template, kind }];
    }),
  );
}

function objectsIn(value: unknown, template: string | undefined): readonly RenderedObject[] {
  return itemsOf(value).flatMap((item) => {
    const resource = namedResource(item);
    return resource === undefined ? [] : [{ template, resource }];
  });
}

/** The members of a list, and of lists in it; else the value itself. */
function itemsOf(value: unknown): readonly unknown[] {
  const items = isResource(value) || !isObject(value) ? undefined : value['items'];
  return Array.isArray(items) ? items.flatMap(itemsOf) : [value];
}

function namedResource(value: unknown): Resource | undefined {
  if (isResource(value)) return value;
  const metadata = valueAt(value, 'metadata');
  if (!isObject(value) || !isObject(metadata)) return undefined;
  const named = { ...value, metadata: { ...metadata, name: metadata['generateName'] } };
  return isResource(named) ? named : undefined;
}

/** How the objects that a chart renders differ from those of a release. */
export interface RenderDifference {
  readonly missing: readonly RenderedObject[];
  /** Only the chart renders them. */
  readonly added: readonly RenderedObject[];
  readonly changed: readonly { readonly object: RenderedObject; readonly places: readonly Path[] }[];
}

/** Compares by group, kind, namespace and name; an object without a namespace is in that of the release. */
export function compareObjects(
  expected: readonly RenderedObject[],
  rendered: readonly RenderedObject[],
  namespace: string,
): RenderDifference {
  const found = new Map(rendered.map((object) => [identityOf(object, namespace), object]));
  const known = new Set(expected.map((object) => identityOf(object, namespace)));
  const pairs = expected.map((object) => ({ object, other: found.get(identityOf(object, namespace)) }));
  return {
    missing: pairs.filter(({ other }) => other === undefined).map(({ object }) => object),
    added: rendered.filter((object) => !known.has(identityOf(object, namespace))),
    changed: pairs.flatMap(({ object, other }) => {
      const places = other === undefined ? [] : placesOf(object.resource, other.resource, []);
      return places.length === 0 ? [] : [{ object, places }];
    }),
  };
}

function identityOf({ resource }: RenderedObject, namespace: string): string {
  const { group, kind, namespace: own, name } = keyOf(resource);
  return [group, kind, own === '' ? namespace : own, name].join(' ');
}

const mostPlaces = 20;

function placesOf(one: unknown, other: unknown, path: Path): readonly Path[] {
  if (isObject(one) && isObject(other)) {
    const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
    return keys
      .flatMap((key) => placesOf(ownValue(one, key), ownValue(other, key), [...path, key]))
      .slice(0, mostPlaces);
  }
  if (Array.isArray(one) && Array.isArray(other) && one.length === other.length)
    return one.flatMap((item, index) => placesOf(item, other[index], [...path, index])).slice(0, mostPlaces);
  return isEqualJson(one, other) ? [] : [path];
}

import { isEqualJson, isObject, ownValue, type Path } from '../core/json-object.ts';
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

/** The objects of a text that Helm rendered; lists are taken apart. @throws TaskError `invalid-file` */
export function parseManifest(text: string, name: string, yaml: YamlCodec): readonly RenderedObject[] {
  return text.split(document).flatMap((part) => {
    const template = source.exec(part)?.[1];
    return yaml.parse(part, name).flatMap((value) => itemsOf(value).map((resource) => ({ template, resource })));
  });
}

/** The objects of a manifest. Those without a namespace get that of the release. @throws TaskError `invalid-file` */
export function resourcesOf(manifest: string, namespace: string, yaml: YamlCodec): readonly Resource[] {
  return parseManifest(manifest, 'the manifest of the release', yaml).map(({ resource }) =>
    resource.metadata.namespace === undefined
      ? { ...resource, metadata: { ...resource.metadata, namespace } }
      : resource,
  );
}

/** All objects of a release: those of its manifest, and its hooks with the tests. @throws TaskError `invalid-file` */
export function objectsOf(release: Release, yaml: YamlCodec): readonly RenderedObject[] {
  const name = `the manifest of release ${release.name}`;
  const hooks = release.hooks.flatMap(({ path, manifest }) =>
    parseManifest(manifest, `a hook of release ${release.name}`, yaml).map(({ resource }) => ({
      template: path === '' ? undefined : path,
      resource,
    })),
  );
  return [...parseManifest(release.manifest, name, yaml), ...hooks];
}

function itemsOf(value: unknown): readonly Resource[] {
  if (isResource(value)) return [value];
  const items = isObject(value) ? value['items'] : undefined;
  return Array.isArray(items) ? items.flatMap(itemsOf) : [];
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

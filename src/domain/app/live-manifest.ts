import { arrayAt, isObject, ownValue, stringAt, valueAt, type JsonObject } from '../core/json-object.ts';
import type { AppManifest } from './app-manifest.ts';
import type { Assignment } from './assignments.ts';

/**
 * The manifest of a release, from the values that the user gave; pushing it deploys the same image again.
 * @returns undefined for values of another structure than Epinio's
 */
export function manifestOfValues(values: JsonObject, namespace: string): AppManifest | undefined {
  const name = stringAt(values, 'epinio', 'appName');
  const image = stringAt(values, 'epinio', 'imageURL');
  if (name === undefined || image === undefined) return undefined;
  const instances = valueAt(values, 'epinio', 'replicaCount');
  const settings = ownValue(values, 'userConfig');
  return {
    name,
    namespace,
    instances: typeof instances === 'number' ? instances : undefined,
    configurations: ifAny(configurationsOf(values)),
    environment: ifAny(environmentOf(values)),
    environmentSecret: stringAt(values, 'environmentSecret'),
    routes: routesOf(values),
    chart: undefined,
    settings: isObject(settings) ? ifAny(settingsOf(settings)) : undefined,
    ignore: undefined,
    builder: undefined,
    origin: { kind: 'container', image },
  };
}

function configurationsOf(values: JsonObject): readonly string[] {
  const paths = arrayAt(values, 'epinio', 'configpaths');
  const names = arrayAt(values, 'epinio', 'configurations').filter((each) => typeof each === 'string');
  return names.map((name) => {
    const found = paths.find((each) => stringAt(each, 'name') === name);
    const path = stringAt(found, 'path') ?? name;
    return path === name ? name : `${name}:${path}`;
  });
}

function environmentOf(values: JsonObject): readonly Assignment[] {
  return arrayAt(values, 'epinio', 'env').flatMap((variable) => {
    const name = stringAt(variable, 'name');
    const value = valueAt(variable, 'value');
    return name === undefined || isObject(value) ? [] : [{ name, value: String(value) }];
  });
}

/** Without a list, the release has no route: that is what the chart makes of it. */
function routesOf(values: JsonObject): readonly string[] {
  return arrayAt(values, 'epinio', 'routes').flatMap((route) => {
    const domain = stringAt(route, 'domain');
    return domain === undefined ? [] : [`${domain}${(stringAt(route, 'path') ?? '').replace(/\/$/, '')}`];
  });
}

function settingsOf(settings: JsonObject): readonly Assignment[] {
  return Object.entries(settings).flatMap(([name, value]) =>
    isObject(value) || Array.isArray(value) ? [] : [{ name, value: String(value) }],
  );
}

function ifAny<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}

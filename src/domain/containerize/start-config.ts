import { arrayAt, without, type JsonObject } from '../core/json-object.ts';
import { objectAt } from '../core/object-at.ts';
import type { ContainerizePlan } from './plan.ts';

export interface StartConfig {
  /** The member `config` of an image configuration. */
  readonly config: JsonObject;
  readonly removedVolumes: readonly string[];
}

/**
 * How a container of the image starts, by the rules of Kubernetes: a command takes the place of the entrypoint and drops
 * the arguments of the image, arguments take the place of those of the image.
 * @param base the member `config` of the base image
 * @param paths of all files that the image gets
 */
export function startConfig(base: JsonObject, plan: ContainerizePlan, paths: readonly string[]): StartConfig {
  const { entrypoint, arguments: args, workingFolder, user, ports } = plan.start;
  const volumes = Object.keys(objectAt(base, 'Volumes'));
  const removedVolumes = volumes.filter((volume) => hides(volume, paths));
  const dropped = new Set([
    ...(entrypoint === undefined ? [] : ['Entrypoint', 'Cmd']),
    ...(args === undefined ? [] : ['Cmd']),
    ...(removedVolumes.length === volumes.length ? ['Volumes'] : []),
  ]);
  const keptVolumes = volumes.filter((volume) => !removedVolumes.includes(volume));
  const exposed = ports.map((port) => [port.includes('/') ? port : `${port}/tcp`, {}] as const);
  return {
    removedVolumes,
    config: {
      ...without(base, (key) => dropped.has(key)),
      ...(keptVolumes.length === 0 ? {} : { Volumes: Object.fromEntries(keptVolumes.map((name) => [name, {}])) }),
      ...(exposed.length === 0
        ? {}
        : { ExposedPorts: { ...objectAt(base, 'ExposedPorts'), ...Object.fromEntries(exposed) } }),
      ...(entrypoint === undefined ? {} : { Entrypoint: entrypoint }),
      ...(args === undefined ? {} : { Cmd: args }),
      ...(workingFolder === undefined ? {} : { WorkingDir: workingFolder }),
      ...(user === undefined ? {} : { User: user }),
      Env: mergeVariables(arrayAt(base, 'Env'), plan.environment),
    },
  };
}

/** A variable keeps its place in the list of the base image; others follow in their order. */
function mergeVariables(base: readonly unknown[], own: ContainerizePlan['environment']): readonly string[] {
  const values = new Map<string, string>();
  for (const text of base) {
    if (typeof text !== 'string') continue;
    const [name = ''] = text.split('=', 1);
    values.set(name, text.slice(name.length + 1));
  }
  for (const { name, value } of own) values.set(name, value);
  return [...values].map(([name, value]) => `${name}=${value}`);
}

/** Whether a runtime that mounts an empty volume there would hide files. */
function hides(volume: string, paths: readonly string[]): boolean {
  const folder = `${volume.replace(/\/$/, '')}/`;
  return paths.some((path) => path.startsWith(folder) || `${path}/` === folder);
}

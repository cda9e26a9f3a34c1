import { replaceAt, type Operation, removeMembers } from '../../kube/json-patch.ts';
import { arrayAt, isObject, stringAt, valueAt, type JsonObject, type Path } from '../../core/json-object.ts';
import { type Resource, kindOf } from '../../kube/resource.ts';
import { containersOf, podSpecsOf } from '../../kube/pod-specs.ts';
import type { TransformOptions } from '../transform-options.ts';

/** Claims renamed as `pvc-rename-map` says: in volumes, in a StatefulSet's templates and in what mounts these. */
export function renameClaims(resource: Resource, { claimRenames }: TransformOptions): readonly Operation[] {
  if (claimRenames.size === 0) return [];
  const volumes = podSpecsOf(resource).flatMap(({ path, spec }) =>
    arrayAt(spec, 'volumes').flatMap((volume, index) => {
      const name = stringAt(volume, 'persistentVolumeClaim', 'claimName');
      const place = [...path, 'volumes', index, 'persistentVolumeClaim', 'claimName'];
      return replaceName(place, name, name === undefined ? undefined : claimRenames.get(name));
    }),
  );
  const templates = claimTemplatesOf(resource).flatMap((template, index) => {
    const name = stringAt(template, 'metadata', 'name');
    const renamed = name === undefined ? undefined : renameTemplate(resource, name, claimRenames).name;
    const place = ['spec', 'volumeClaimTemplates', index, 'metadata', 'name'];
    return [...replaceName(place, name, renamed), ...renameMounts(resource, name, renamed)];
  });
  return [...volumes, ...templates];
}

/** What `pvc-rename-map` asks for and cannot be: a StatefulSet names its claims by itself. */
export function noteClaims(resource: Resource, { claimRenames }: TransformOptions): readonly string[] {
  return claimTemplatesOf(resource).flatMap((template) => {
    const name = stringAt(template, 'metadata', 'name');
    if (name === undefined) return [];
    const { asked } = renameTemplate(resource, name, claimRenames);
    if (asked === undefined) return [];
    return [
      `cannot rename its claims as asked (${asked}): they are called <template>-${resource.metadata.name}-<number>`,
    ];
  });
}

/** Removes what ties a claim to the volume and the node that it had. */
export function cleanClaim(resource: Resource): readonly Operation[] {
  switch (kindOf(resource)) {
    case 'PersistentVolumeClaim':
      return removeMembers(['spec'], valueAt(resource, 'spec'), ['volumeName']);
    case 'PersistentVolume':
      return removeMembers(['spec'], valueAt(resource, 'spec'), ['claimRef']);
    default:
      return claimTemplatesOf(resource).flatMap((template, index) => {
        const path = ['spec', 'volumeClaimTemplates', index];
        return [
          ...removeMembers([...path, 'metadata'], valueAt(template, 'metadata'), ['creationTimestamp']),
          ...removeMembers([...path, 'spec'], valueAt(template, 'spec'), ['volumeName']),
          ...removeMembers(path, template, ['status']),
        ];
      });
  }
}

interface TemplateRename {
  readonly name?: string;
  /** The renames that ask for names which no template gives. */
  readonly asked?: string;
}

/** A template is named by its own name or by the claims that it makes, `<template>-<statefulset>-<number>`. */
function renameTemplate(set: Resource, template: string, renames: ReadonlyMap<string, string>): TemplateRename {
  const renamed = renames.get(template);
  if (renamed !== undefined) return { name: renamed };
  const numbered = [...renames].filter(([claim]) => templateOf(claim, set.metadata.name) === template);
  const names = new Set(
    numbered.map(([claim, to]) => (numberOf(claim) === numberOf(to) ? templateOf(to, set.metadata.name) : undefined)),
  );
  const [name] = names;
  if (names.size === 0) return {};
  if (names.size === 1 && name !== undefined) return { name };
  return { asked: numbered.map(([claim, to]) => `${claim}:${to}`).join(', ') };
}

function templateOf(claim: string, set: string): string | undefined {
  const ending = `-${set}-${numberOf(claim)}`;
  return numberOf(claim) !== '' && claim.length > ending.length && claim.endsWith(ending)
    ? claim.slice(0, -ending.length)
    : undefined;
}

function numberOf(claim: string): string {
  return /-(\d+)$/.exec(claim)?.[1] ?? '';
}

// A container mounts a claim by the name of its template.
function renameMounts(set: Resource, name: string | undefined, renamed: string | undefined): readonly Operation[] {
  if (name === undefined || renamed === undefined) return [];
  return podSpecsOf(set)
    .flatMap(containersOf)
    .flatMap(({ path, container }) =>
      ['volumeMounts', 'volumeDevices'].flatMap((field) =>
        arrayAt(container, field).flatMap((mount, index) =>
          stringAt(mount, 'name') === name ? replaceName([...path, field, index, 'name'], name, renamed) : [],
        ),
      ),
    );
}

function replaceName(path: Path, name: string | undefined, renamed: string | undefined): readonly Operation[] {
  return name === undefined || renamed === undefined || renamed === name ? [] : [replaceAt(path, renamed)];
}

function claimTemplatesOf(resource: Resource): readonly JsonObject[] {
  if (kindOf(resource) !== 'StatefulSet.apps') return [];
  return arrayAt(resource, 'spec', 'volumeClaimTemplates').filter(isObject);
}

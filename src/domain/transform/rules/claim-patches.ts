import { addAt, replaceAt, type Operation, removeMembers } from '../../kube/json-patch.ts';
import { arrayAt, isObject, stringAt, valueAt, type JsonObject, type Path } from '../../core/json-object.ts';
import { type Resource, kindOf } from '../../kube/resource.ts';
import { containersOf, podSpecsOf } from '../../kube/pod-specs.ts';
import { sameClaimNames } from '../../volumes/claim-settings.ts';
import { askedClass, type ClaimWishes } from '../../volumes/claim-wishes.ts';
import { findReferences } from '../../references/find-references.ts';
import { renameReferences } from '../../references/rename-references.ts';
import { formatPointer } from '../../kube/json-pointer.ts';
import type { TransformOptions } from '../transform-options.ts';
import { classPlacesOf } from './custom-classes.ts';

/** Claims renamed as the run says: in volumes, in a StatefulSet's templates and in what mounts these. */
export function renameClaims(resource: Resource, options: TransformOptions): readonly Operation[] {
  const { claimRenames, claimNames } = options;
  if (claimRenames.size + claimNames.byName.size === 0) return [];
  const volumes = renameReferences(findReferences(resource), {
    namespaces: new Map(),
    nameOf: ({ kind, name }) =>
      kind === 'PersistentVolumeClaim' ? (claimNames.byName.get(name) ?? claimRenames.get(name)) : undefined,
  });
  const templates = claimTemplatesOf(resource).flatMap((template, index) => {
    const name = stringAt(template, 'metadata', 'name');
    const renamed = name && renameTemplate(resource, name, options).name;
    const place = ['spec', 'volumeClaimTemplates', index, 'metadata', 'name'];
    return [...replaceName(place, name, renamed), ...renameMounts(resource, name, renamed)];
  });
  return [...volumes, ...templates];
}

// Before the field there was this annotation, and it still comes first.
const classAnnotation: Path = ['metadata', 'annotations', 'volume.beta.kubernetes.io/storage-class'];

/** Storage classes of templates of claims as the run asks for: each pod that starts later gets claims of them. */
export function changeTemplateClasses(resource: Resource, { claimWishes }: TransformOptions): readonly Operation[] {
  const places = templatePlaces(resource);
  const known = new Set(places.map(({ path, spec }) => formatPointer([...path, ...spec, 'storageClassName'])));
  const others = classPlacesOf(resource).flatMap(({ path, name }) => {
    const asked = askedClass(name, claimWishes);
    return asked === undefined || asked === name || known.has(formatPointer(path)) ? [] : [replaceAt(path, asked)];
  });
  const ofTemplates = places.flatMap(({ path, template, spec }) => {
    const asked = templateClass(resource, { template, spec }, claimWishes);
    if (asked === undefined || !isObject(valueAt(template, ...spec))) return [];
    const place = [...path, ...spec, 'storageClassName'];
    const field = stringAt(template, ...spec, 'storageClassName');
    const annotated = stringAt(template, ...classAnnotation);
    const ofField = field === undefined ? addAt(place, asked) : replaceAt(place, asked);
    return [
      ...(field === asked ? [] : [ofField]),
      ...(annotated === undefined || annotated === asked ? [] : [replaceAt([...path, ...classAnnotation], asked)]),
    ];
  });
  return [...ofTemplates, ...others];
}

interface TemplatePlace {
  readonly path: Path;
  readonly template: JsonObject;
  /** Of the claim, relative to the template. */
  readonly spec: Path;
}

/** Templates of claims: of StatefulSets, of ephemeral volumes, and of the disks of virtual machines (kubevirt.io). */
function templatePlaces(resource: Resource): readonly TemplatePlace[] {
  const places = (path: Path, spec: Path): readonly TemplatePlace[] =>
    arrayAt(resource, ...path).flatMap((template, index) =>
      isObject(template) ? [{ path: [...path, index], template, spec }] : [],
    );
  const ephemeral = podSpecsOf(resource).flatMap(({ path, spec }) =>
    arrayAt(spec, 'volumes').flatMap((volume, index) => {
      const place = [...path, 'volumes', index, 'ephemeral', 'volumeClaimTemplate'];
      const template = valueAt(volume, 'ephemeral', 'volumeClaimTemplate');
      return isObject(template) ? [{ path: place, template, spec: ['spec'] }] : [];
    }),
  );
  const isMachine = kindOf(resource) === 'VirtualMachine.kubevirt.io';
  return [
    ...(kindOf(resource) === 'StatefulSet.apps' ? places(['spec', 'volumeClaimTemplates'], ['spec']) : []),
    ...ephemeral,
    ...(isMachine ? places(['spec', 'dataVolumeTemplates'], ['spec', 'pvc']) : []),
    ...(isMachine ? places(['spec', 'dataVolumeTemplates'], ['spec', 'storage']) : []),
  ];
}

function classOf(template: JsonObject, spec: Path): string | undefined {
  return stringAt(template, ...classAnnotation) ?? stringAt(template, ...spec, 'storageClassName');
}

/** The class that is asked for a claim template: that of the settings of its claims, if they have one class. */
export function templateClass(
  resource: Resource,
  { template, spec = ['spec'] }: { readonly template: JsonObject; readonly spec?: Path },
  wishes: ClaimWishes,
): string | undefined {
  const name = stringAt(template, 'metadata', 'name');
  const ofTemplate = wishes.settings.filter(
    (claim) => name !== undefined && templateOf(claim.name, resource.metadata.name) === name,
  );
  const [own, ...others] = new Set(ofTemplate.flatMap(({ storageClass }) => storageClass ?? []));
  return own !== undefined && others.length === 0 ? own : askedClass(classOf(template, spec), wishes);
}

/** What `pvc-rename-map` asks for and cannot be: a StatefulSet names its claims by itself. */
export function noteClaims(resource: Resource, options: TransformOptions): readonly string[] {
  return impossibleNames(resource, { ...options, claimNames: sameClaimNames });
}

/** New names of moved claims that the StatefulSet cannot give them: its pods would start with empty claims. */
export function refuseClaimNames(resource: Resource, options: TransformOptions): readonly string[] {
  return impossibleNames(resource, { ...options, claimRenames: new Map() });
}

function impossibleNames(resource: Resource, names: NameOptions): readonly string[] {
  return claimTemplatesOf(resource).flatMap((template) => {
    const name = stringAt(template, 'metadata', 'name');
    if (name === undefined) return [];
    const { asked } = renameTemplate(resource, name, names);
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

type NameOptions = Pick<TransformOptions, 'claimRenames' | 'claimNames'>;

interface TemplateRename {
  readonly name?: string;
  /** The renames that ask for names which no template gives. */
  readonly asked?: string;
}

/** A template is named by its own name or by the claims that it makes, `<template>-<statefulset>-<number>`. */
function renameTemplate(set: Resource, template: string, { claimRenames, claimNames }: NameOptions): TemplateRename {
  const renamed = claimRenames.get(template);
  if (renamed !== undefined) return { name: renamed };
  const ofTemplate = ([claim]: readonly [string, string]): boolean => templateOf(claim, set.metadata.name) === template;
  const named = [...claimNames.byName].filter(ofTemplate);
  const others = named.every(([claim, to]) => claim === to) ? [] : unnamedClaim(set, template, claimNames);
  const numbered = [...new Map([...[...claimRenames].filter(ofTemplate), ...named, ...others])];
  const names = new Set(
    numbered.map(([claim, to]) => (numberOf(claim) === numberOf(to) ? templateOf(to, set.metadata.name) : undefined)),
  );
  const [name] = names;
  if (names.size === 0) return {};
  if (names.size === 1 && name !== undefined) return { name };
  return { asked: numbered.map(([claim, to]) => `${claim}:${to}`).join(', ') };
}

/** The first claim of a replica that is moved under its own name, while others of the template get new ones. */
function unnamedClaim(
  set: Resource,
  template: string,
  { byName, isAll }: TransformOptions['claimNames'],
): readonly (readonly [string, string])[] {
  const count = Number(valueAt(set, 'spec', 'replicas') ?? 1);
  const start = Number(valueAt(set, 'spec', 'ordinals', 'start') ?? 0);
  const nameOf = (ordinal: number): string => `${template}-${set.metadata.name}-${String(ordinal)}`;
  let ordinal = start;
  while (ordinal < start + count && byName.has(nameOf(ordinal))) ordinal += 1;
  return isAll && ordinal < start + count ? [[nameOf(ordinal), nameOf(ordinal)]] : [];
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

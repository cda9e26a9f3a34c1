import { messageOf } from '../core/errors.ts';
import { parseKindChoice, type KindChoice } from '../export/exportable-kinds.ts';
import type { ImageSources } from '../images/plan/found-images.ts';
import type { SourceAnswer } from '../schemas/documents.ts';
import type { InventoryKind, SourceInventory } from './inventory.ts';
import { errorAt, warningAt, type Problem } from './problem.ts';

type Chosen = Pick<SourceAnswer, 'includeResources' | 'excludeResources'>;

interface KindName {
  readonly apiVersion: string;
  readonly kind: string;
}

/** The params of a run about the kinds that are exported. */
export function kindParamsOf({ includeResources = [], excludeResources = [] }: Chosen) {
  return { 'include-resources': includeResources.join(','), 'exclude-resources': excludeResources.join(',') };
}

/** Whether answers choose a kind, which is given as plural or plural.group. All are chosen while an entry is wrong. */
export function choosesKind(chosen: Chosen): (plural: string) => boolean {
  const choice = readChoice(chosen);
  return (plural) => typeof choice === 'string' || choice.takes(splitPlural(plural));
}

/** Whether answers choose the kind of an object. */
export function choosesObject(kinds: readonly InventoryKind[], chosen: Chosen): (object: KindName) => boolean {
  const chooses = choosesKind(chosen);
  const left = new Set(kinds.filter(({ plural }) => !chooses(plural)).map(keyOf));
  return (object) => !left.has(keyOf(object));
}

/** What an export of the chosen kinds says about images. */
export function chosenImages(
  { images, kinds }: Pick<SourceInventory, 'images' | 'kinds'>,
  chosen: Chosen,
): ImageSources {
  const chooses = choosesKind(chosen);
  const hasStreams = kinds.every(({ kind, plural }) => kind !== 'ImageStream' || chooses(plural));
  return {
    ...images,
    streams: hasStreams ? images.streams : [],
    resources: images.resources.filter(choosesObject(kinds, chosen)),
  };
}

/** What is wrong with the choice of kinds. */
export function checkChosenKinds({ kinds }: Pick<SourceInventory, 'kinds'>, chosen: Chosen): readonly Problem[] {
  const remedy = 'Write plural, plural.group or *.group: `kubectl api-resources --namespaced` lists the kinds.';
  const choice = readChoice(chosen);
  if (typeof choice === 'string')
    return [errorAt('source.includeResources', 'kinds-invalid', { message: choice, remedy })];
  const names = kinds.map(({ plural }) => splitPlural(plural));
  if (kinds.length > 0 && !names.some((name) => choice.takes(name))) {
    const message = 'none of the kinds of the namespace is left to export';
    return [errorAt('source.includeResources', 'kinds-none', { message, remedy })];
  }
  const unused = choice.unused(names).join(', ');
  if (unused === '') return [];
  const message = `the source has no such kind to export: ${unused}`;
  return [warningAt('source.includeResources', 'kinds-unknown', { message, remedy })];
}

/** @returns the message about an entry that is wrong */
function readChoice(chosen: Chosen): KindChoice | string {
  const { 'include-resources': include, 'exclude-resources': exclude } = kindParamsOf(chosen);
  try {
    return parseKindChoice({ include, exclude });
  } catch (error) {
    return messageOf(error);
  }
}

function splitPlural(name: string) {
  const [plural = '', ...group] = name.split('.');
  return { plural, group: group.join('.') };
}

function keyOf({ apiVersion, kind }: KindName): string {
  return `${apiVersion} ${kind}`;
}

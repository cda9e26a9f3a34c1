import { TaskError } from '../core/errors.ts';
import { stringAt, valueAt, type JsonObject, type Path } from '../core/json-object.ts';
import { isObjectName } from '../kube/resource.ts';
import { formatImageName, parseImageReference } from '../oci/image-location.ts';
import { coalesceValues } from './coalesce-values.ts';
import { findImageValues, type MovedImage } from './image-values.ts';
import type { PlacedImage } from './place-images.ts';
import { editRoutes, type DomainMapping } from './route-values.ts';
import type { ValueEdit } from './value-edit.ts';

export interface ValuesPlan {
  readonly edits: readonly PlannedEdit[];
  /** Edits that cannot be made: lists of the chart's defaults, of which a values file can only replace the whole. */
  readonly inLists: readonly PlannedEdit[];
  /** Images that no value names: the chart or its templates name them. */
  readonly unnamed: readonly string[];
}

export interface PlannedEdit extends ValueEdit {
  /** Undefined for a value that is new. */
  readonly before: string | undefined;
  readonly why: 'image' | 'route' | 'app-name';
}

export interface ValuesInput {
  /** Values of the release. */
  readonly values: JsonObject;
  /** Defaults of the chart. */
  readonly defaults: JsonObject;
  readonly images: readonly (PlacedImage & { readonly digest: string })[];
  readonly domains: DomainMapping;
  readonly appName: string | undefined;
}

/**
 * Plans which values change when an application gets its images from another registry, and other routes.
 * @throws TaskError `invalid-param` for a name of the application that is not valid, or that no value has
 */
export function planValues({ values, defaults, images, domains, appName }: ValuesInput): ValuesPlan {
  const merged = coalesceValues(values, defaults);
  const found = findImageValues(merged, movedImagesOf(images));
  const imageEdits = found.flatMap(({ edits }) => edits);
  const epinio = epinioImage(values, images);
  const isPlanned = imageEdits.some(({ path }) => path.join('.') === 'epinio.imageURL');
  const ofImages = [...imageEdits, ...(epinio === undefined || isPlanned ? [] : [epinio])];
  // A value that names an image is not a route.
  const inImages = new Set(ofImages.map(({ path }) => JSON.stringify(path)));
  const ofRoutes = editRoutes(merged, domains).filter(({ path }) => !inImages.has(JSON.stringify(path)));
  const planned = [
    ...because('image', ofImages),
    ...because('route', ofRoutes),
    ...because('app-name', nameEdits(appName, merged)),
  ];
  // Several images can have one value in common, such as the registry of all.
  const unique = [...new Map(planned.map((edit) => [JSON.stringify(edit.path), edit])).values()];
  const changed = unique
    .map((edit) => ({ ...edit, before: stringAt(merged, ...edit.path) }))
    .filter(({ before, value }) => before !== value);
  const named = new Set(found.flatMap(({ to }) => to));
  const unnamed = images.filter(
    (image) => epinio === undefined && !movedImages(image).some(({ to }) => named.has(formatImageName(to))),
  );
  return {
    edits: changed.filter(({ path }) => !isInAbsentList(path, values)),
    inLists: changed.filter(({ path }) => isInAbsentList(path, values)),
    unnamed: unnamed.map(({ pull }) => formatImageName(pull)),
  };
}

/** A new name changes nothing where no value has the old one. */
function nameEdits(appName: string | undefined, merged: JsonObject): readonly ValueEdit[] {
  if (appName === undefined) return [];
  const path = ['epinio', 'appName'] as const;
  if (!isObjectName(appName)) {
    throw new TaskError('invalid-param', `reading app-name: expected a DNS name, got ${JSON.stringify(appName)}`, {
      remedy: 'Use lower case letters, digits, dashes and dots.',
    });
  }
  if (valueAt(merged, ...path) !== undefined) return [{ path, value: appName }];
  throw new TaskError('invalid-param', 'reading app-name: the values and the chart have no epinio.appName', {
    remedy: 'Leave app-name out: the chart names its objects by other values.',
  });
}

function because(why: PlannedEdit['why'], edits: readonly ValueEdit[]): readonly Omit<PlannedEdit, 'before'>[] {
  return edits.map((edit) => ({ ...edit, why }));
}

function isInAbsentList(path: Path, values: JsonObject): boolean {
  return path.some((key, index) => typeof key === 'number' && valueAt(values, ...path.slice(0, index)) === undefined);
}

/** A tag means the image that has it in the archive, not one that another use names by the tag and another digest. */
function movedImagesOf(images: ValuesInput['images']): readonly MovedImage[] {
  const named = new Set(images.flatMap(({ image }) => image.names));
  return images.flatMap((each) =>
    movedImages(each).filter(({ from }) => {
      const name = formatImageName(from);
      return !named.has(name) || each.image.names.includes(name);
    }),
  );
}

/** By each name of an image: a name by digest becomes one by digest, which the push may have changed. */
function movedImages({ image, pull, digest }: ValuesInput['images'][number]): readonly MovedImage[] {
  const names = [...image.names, ...(image.source === undefined ? [] : [image.source])];
  return names.flatMap((name): readonly MovedImage[] => {
    const from = parseImageReference(name);
    if (from === undefined) return [];
    const tag = from.tag === undefined ? undefined : pull.tag;
    const byDigest = from.digest === undefined ? [] : [{ from, to: { ...pull, tag, digest } }];
    const byTag = from.tag === undefined ? [] : [{ from: { ...from, digest: undefined }, to: pull }];
    return [...byDigest, ...byTag];
  });
}

/** Epinio's charts have one image, in `epinio.imageURL`, whatever the archive calls it. */
function epinioImage(values: JsonObject, images: ValuesInput['images']): ValueEdit | undefined {
  const [image] = images;
  if (image === undefined || images.length > 1 || stringAt(values, 'epinio', 'appName') === undefined) return undefined;
  return { path: ['epinio', 'imageURL'], value: formatImageName(image.pull) };
}

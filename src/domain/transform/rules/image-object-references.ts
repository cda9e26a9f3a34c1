import { removeAt, replaceAt, type Operation } from '../../kube/json-patch.ts';
import { replaceRegistry } from '../registry-replacement.ts';
import { stringAt, type Path } from '../../core/json-object.ts';
import type { TransformOptions } from '../transform-options.ts';

/** An ObjectReference to an image, with the namespace of the resource that holds it. */
export interface ImageObjectReference {
  readonly path: Path;
  readonly reference: unknown;
  readonly ownNamespace: string;
}

/**
 * Changes a reference of OpenShift's kinds: a DockerImage by registry-replacement; an ImageStreamTag or
 * ImageStreamImage to the namespace that its own moves to. A reference into the resource's own namespace, whose new
 * name is not known, loses the namespace: absent means the namespace of the resource.
 */
export function moveImageReference(
  { path, reference, ownNamespace }: ImageObjectReference,
  options: TransformOptions,
): readonly Operation[] {
  const name = stringAt(reference, 'name');
  switch (stringAt(reference, 'kind')) {
    case 'DockerImage':
      return name === undefined ? [] : replaceText([...path, 'name'], name, options);
    case 'ImageStreamTag':
    case 'ImageStreamImage':
    case 'ImageStream':
      return moveNamespace([...path, 'namespace'], stringAt(reference, 'namespace'), { ownNamespace, options });
    case undefined:
    default:
      return [];
  }
}

/** A member that holds an image name, with registry-replacement applied. */
export function replaceImageMember(
  path: Path,
  holder: unknown,
  { field, options }: { field: string; options: TransformOptions },
): readonly Operation[] {
  const image = stringAt(holder, field);
  return image === undefined ? [] : replaceText([...path, field], image, options);
}

function replaceText(path: Path, image: string, { registryReplacement }: TransformOptions): readonly Operation[] {
  const replaced = replaceRegistry(image, registryReplacement);
  return replaced === image ? [] : [replaceAt(path, replaced)];
}

function moveNamespace(
  path: Path,
  namespace: string | undefined,
  { ownNamespace, options }: { ownNamespace: string; options: TransformOptions },
): readonly Operation[] {
  if (namespace === undefined || namespace === '') return [];
  const destination = options.namespaceMoves.get(namespace);
  if (destination !== undefined) return destination === namespace ? [] : [replaceAt(path, destination)];
  return namespace === ownNamespace ? [removeAt(path)] : [];
}

import { arrayAt, isObject, stringAt } from '../../core/json-object.ts';
import type { Operation } from '../../kube/json-patch.ts';
import { isResource, kindOf, type Resource } from '../../kube/resource.ts';
import { replaceRegistry } from '../registry-replacement.ts';
import type { TransformOptions } from '../transform-options.ts';
import { changeBuildConfig } from './build-config-patches.ts';
import { changeImageTriggers, moveImageReference, replaceImageMember } from './image-object-references.ts';
import { replaceImages } from './workload-patches.ts';

/** Before OpenShift 3.6 the kinds of OpenShift had no group. */
const templates: ReadonlySet<string> = new Set(['Template.template.openshift.io', 'Template']);
const streams: ReadonlySet<string> = new Set(['ImageStream.image.openshift.io', 'ImageStream']);
/** What OpenShift replaces by the value of a parameter: `${NAME}`, and `${{NAME}}` for other values than text. */
const parameter = /\$\{/;
const mostNoted = 5;

const rules = [replaceImages, changeImageTriggers, changeBuildConfig, changeStreamTags];

/** Images in the objects and parameters of a Template, as registry-replacement has them. */
export function changeTemplate(resource: Resource, options: TransformOptions): readonly Operation[] {
  const inObjects = objectsOf(resource).flatMap(({ index, object }) =>
    rules
      .flatMap((rule) => rule(object, options))
      .map((operation) => ({ ...operation, path: `/objects/${String(index)}${operation.path}` })),
  );
  return [...inObjects, ...changeParameters(resource, options)];
}

/** Names images in the objects of a Template that only its parameters make whole. */
export function noteTemplate(resource: Resource, { registryReplacement }: TransformOptions): readonly string[] {
  const images = objectsOf(resource)
    .flatMap(({ object }) => imagesIn(object))
    .filter((image) => parameter.test(image) && replaceRegistry(image, registryReplacement) === image);
  const named = [...new Set(images)].slice(0, mostNoted);
  return named.length === 0
    ? []
    : [`parameters decide the images of its objects: ${named.join(', ')}; give values that the destination can pull`];
}

/** Texts of fields that name an image: `image`, and the name in a reference to a DockerImage. */
function imagesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(imagesIn);
  if (!isObject(value)) return [];
  const own = stringAt(value, 'kind') === 'DockerImage' ? stringAt(value, 'name') : stringAt(value, 'image');
  return [...(own === undefined ? [] : [own]), ...Object.values(value).flatMap(imagesIn)];
}

function changeParameters(resource: Resource, options: TransformOptions): readonly Operation[] {
  if (!templates.has(kindOf(resource))) return [];
  return arrayAt(resource, 'parameters').flatMap((each, index) =>
    replaceImageMember(['parameters', index], each, { field: 'value', options }),
  );
}

/** Tags of a stream that follow an image elsewhere. */
function changeStreamTags(resource: Resource, options: TransformOptions): readonly Operation[] {
  if (!streams.has(kindOf(resource))) return [];
  const ownNamespace = resource.metadata.namespace ?? '';
  return arrayAt(resource, 'spec', 'tags').flatMap((tag, index) => {
    const reference = isObject(tag) ? tag['from'] : undefined;
    return moveImageReference({ path: ['spec', 'tags', index, 'from'], reference, ownNamespace }, options);
  });
}

interface TemplateObject {
  readonly index: number;
  readonly object: Resource;
}

/** The objects of a Template, in the namespace that they are created in. */
function objectsOf(resource: Resource): readonly TemplateObject[] {
  if (!templates.has(kindOf(resource))) return [];
  const { namespace } = resource.metadata;
  return arrayAt(resource, 'objects').flatMap((object, index) => {
    if (!isResource(object)) return [];
    const metadata = { ...object.metadata, ...(namespace === undefined ? {} : { namespace }) };
    return [{ index, object: { ...object, metadata } }];
  });
}

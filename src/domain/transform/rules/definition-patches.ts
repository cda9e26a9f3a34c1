import { addAt, removeAt, replaceAt, type Operation } from '../../kube/json-patch.ts';
import { arrayAt, isObject, stringAt, valueAt, type Path } from '../../core/json-object.ts';
import { kindOf, type Resource, textsAt } from '../../kube/resource.ts';
import { isStructural } from '../versions/convert-definition.ts';

const keepUnknown = 'x-kubernetes-preserve-unknown-fields';

const keepsAll = { type: 'object', [keepUnknown]: true };

/**
 * A CustomResourceDefinition that was created as v1beta1 may say what v1 refuses: `preserveUnknownFields: true`, versions
 * without a schema, and schemas that are not structural, as a condition of the source says. They become schemas that keep
 * unknown fields. A group of Kubernetes must say that its API is approved, or that it is not.
 * Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/,
 * https://kubernetes.io/docs/reference/labels-annotations-taints/#api-approved-kubernetes-io
 */
export function renewDefinition(definition: Resource): readonly Operation[] {
  const approved = lacksApproval(definition) ? approve(definition) : [];
  if (!isDefinition(definition)) return approved;
  const isOld = isOfV1beta1(definition);
  const schemas = arrayAt(definition, 'spec', 'versions').flatMap((version, index) =>
    renewSchema(['spec', 'versions', index, 'schema'], version, { isOld, isStructural: isStructural(definition) }),
  );
  return [...(isOld ? [removeAt(['spec', 'preserveUnknownFields'])] : []), ...schemas, ...approved];
}

function renewSchema(
  path: Path,
  version: unknown,
  { isOld, isStructural }: Readonly<Record<'isOld' | 'isStructural', boolean>>,
): readonly Operation[] {
  const schema = valueAt(version, 'schema', 'openAPIV3Schema');
  if (!isObject(schema)) return [addAt(path, { openAPIV3Schema: keepsAll })];
  const place = [...path, 'openAPIV3Schema'];
  if (!isStructural) return [replaceAt(place, keepsAll)];
  return [
    ...(schema['type'] === undefined ? [addAt([...place, 'type'], 'object')] : []),
    ...(isOld && schema[keepUnknown] !== true ? [addAt([...place, keepUnknown], true)] : []),
  ];
}

function isOfV1beta1(definition: Resource): boolean {
  return valueAt(definition, 'spec', 'preserveUnknownFields') === true;
}

const approval = 'api-approved.kubernetes.io';
const protectedGroup = /(?:^|\.)(?:k8s\.io|kubernetes\.io)$/;

function lacksApproval(definition: Resource): boolean {
  if (kindOf(definition) !== 'CustomResourceDefinition.apiextensions.k8s.io') return false;
  const group = stringAt(definition, 'spec', 'group') ?? '';
  return protectedGroup.test(group) && (textsAt(definition, 'annotations')[approval] ?? '') === '';
}

function approve({ metadata }: Resource): readonly Operation[] {
  const value = 'unapproved, created before approval was asked for';
  return [
    ...(isObject(metadata['annotations']) ? [] : [addAt(['metadata', 'annotations'], {})]),
    addAt(['metadata', 'annotations', approval], value),
  ];
}

/** What a definition needs that may be missing at the destination, and what its new schema does not keep. */
export function noteDefinition(definition: Resource): readonly string[] {
  if (!isDefinition(definition)) return [];
  return [
    ...(isStructural(definition)
      ? []
      : ['its schemas are not structural, which v1 refuses: schemas that keep all fields take their place']),
    ...(isOfV1beta1(definition) && isStructural(definition)
      ? ['was created as v1beta1: unknown fields are kept by its schema, at the top of an object only']
      : []),
    ...noteConversion(definition),
  ];
}

function noteConversion(definition: Resource): readonly string[] {
  if (stringAt(definition, 'spec', 'conversion', 'strategy') !== 'Webhook') return [];
  const config = valueAt(definition, 'spec', 'conversion', 'webhook', 'clientConfig');
  const service = ['namespace', 'name'].flatMap((field) => stringAt(config, 'service', field) ?? []).join('/');
  const place = service === '' ? (stringAt(config, 'url') ?? 'an unknown place') : `Service ${service}`;
  return [
    `its conversion webhook (${place}) and the caBundle for it are those of the source: its operator sets up its own`,
  ];
}

// Definitions of v1beta1 are converted by a rule of their own.
function isDefinition({ apiVersion, kind }: Resource): boolean {
  return apiVersion === 'apiextensions.k8s.io/v1' && kind === 'CustomResourceDefinition';
}

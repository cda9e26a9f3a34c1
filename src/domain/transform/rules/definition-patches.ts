import { addAt, removeAt, type Operation } from '../../kube/json-patch.ts';
import { arrayAt, isObject, stringAt, valueAt } from '../../core/json-object.ts';
import type { Resource } from '../../kube/resource.ts';

const keepUnknown = 'x-kubernetes-preserve-unknown-fields';

/**
 * A CustomResourceDefinition that was created as v1beta1 may say what v1 refuses: `preserveUnknownFields: true`, and
 * versions without a schema. Both become a schema that keeps unknown fields.
 * Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/
 */
export function renewDefinition(definition: Resource): readonly Operation[] {
  if (!isDefinition(definition)) return [];
  const isOld = valueAt(definition, 'spec', 'preserveUnknownFields') === true;
  const schemas = arrayAt(definition, 'spec', 'versions').flatMap((version, index) => {
    const path = ['spec', 'versions', index, 'schema'];
    const schema = valueAt(version, 'schema', 'openAPIV3Schema');
    if (!isObject(schema)) return [addAt(path, { openAPIV3Schema: { type: 'object', [keepUnknown]: true } })];
    return isOld && schema[keepUnknown] !== true ? [addAt([...path, 'openAPIV3Schema', keepUnknown], true)] : [];
  });
  return [...(isOld ? [removeAt(['spec', 'preserveUnknownFields'])] : []), ...schemas];
}

/** What a definition needs that may be missing at the destination, and what its new schema does not keep. */
export function noteDefinition(definition: Resource): readonly string[] {
  if (!isDefinition(definition)) return [];
  const isOld = valueAt(definition, 'spec', 'preserveUnknownFields') === true;
  return [
    ...(isOld ? ['was created as v1beta1: unknown fields are kept by its schema, at the top of an object only'] : []),
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

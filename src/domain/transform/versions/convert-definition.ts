import { replaceAt, type Operation } from '../../kube/json-patch.ts';
import { arrayAt, isObject, stringAt, valueAt, without, type JsonObject } from '../../core/json-object.ts';
import type { Resource } from '../../kube/resource.ts';

const keepsUnknown = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
const ofVersions = ['validation', 'subresources', 'additionalPrinterColumns'];

/** To apiextensions.k8s.io/v1: schema, subresources and columns belong to a version, and each version has a schema. */
export function convertDefinition(resource: Resource): readonly Operation[] | undefined {
  const { spec } = resource;
  if (!isObject(spec)) return undefined;
  const named = stringAt(spec, 'version');
  const listed = arrayAt(spec, 'versions').filter(isObject);
  const only = named === undefined ? [] : [{ name: named, served: true, storage: true }];
  const versions = (listed.length > 0 ? listed : only).map((version) =>
    toVersion(version, spec, isStructural(resource)),
  );
  if (versions.length === 0) return undefined;
  const conversion = isObject(spec['conversion']) ? { conversion: toConversion(spec['conversion']) } : {};
  const dropped = [...ofVersions, 'version', 'preserveUnknownFields', 'conversion'];
  return [replaceAt(['spec'], { ...without(spec, (key) => dropped.includes(key)), ...conversion, versions })];
}

/** Whether the schemas of a definition are ones that v1 takes, as far as its server says. */
export function isStructural(definition: Resource): boolean {
  return !arrayAt(definition, 'status', 'conditions').some(
    (condition) => stringAt(condition, 'type') === 'NonStructuralSchema' && stringAt(condition, 'status') === 'True',
  );
}

function toVersion(version: JsonObject, spec: JsonObject, areKept: boolean): JsonObject {
  const { schema = spec['validation'], subresources = spec['subresources'] } = version;
  const { additionalPrinterColumns = spec['additionalPrinterColumns'] } = version;
  // Schemas that v1 refuses are not kept.
  const openAPIV3Schema = areKept ? valueAt(schema, 'openAPIV3Schema') : undefined;
  // Without this field, v1beta1 kept unknown fields.
  const keeps = spec['preserveUnknownFields'] !== false;
  const own = isObject(openAPIV3Schema) ? openAPIV3Schema : {};
  const columns = Array.isArray(additionalPrinterColumns)
    ? { additionalPrinterColumns: additionalPrinterColumns.map(toColumn) }
    : {};
  return {
    ...without(version, (key) => ofVersions.includes(key)),
    schema: {
      openAPIV3Schema: { ...own, ...(keeps || openAPIV3Schema === undefined ? keepsUnknown : { type: 'object' }) },
    },
    ...(subresources === undefined ? {} : { subresources }),
    ...columns,
  };
}

function toColumn(column: unknown): unknown {
  if (!isObject(column)) return column;
  const { JSONPath: jsonPath, ...others } = column;
  return { ...others, jsonPath };
}

function toConversion({ webhookClientConfig, conversionReviewVersions, ...others }: JsonObject): JsonObject {
  if (webhookClientConfig === undefined) return others;
  const webhook = {
    clientConfig: webhookClientConfig,
    conversionReviewVersions: conversionReviewVersions ?? ['v1beta1'],
  };
  return { ...others, webhook };
}

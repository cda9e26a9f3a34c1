import type { JsonObject } from '../../src/domain/core/json-object.ts';
import type { TestCluster } from './test-cluster.ts';

const text = { type: 'string' };
const texts = { type: 'object', additionalProperties: text };
const setting = {
  type: 'object',
  required: ['type'],
  properties: { type: text, enum: { type: 'array', items: text }, minimum: text, maximum: text },
};

/** The fields of https://github.com/epinio/application/tree/main/config/crd/bases that are read or validated. */
const kinds = [
  {
    ...{ kind: 'AppChart', plural: 'appcharts' },
    fields: {
      ...{ description: text, shortDescription: text, helmChart: text, helmRepo: text, values: texts },
      settings: { type: 'object', additionalProperties: setting },
    },
  },
  {
    ...{ kind: 'App', plural: 'apps' },
    fields: { chartname: text, imageurl: text, stageid: text, settings: texts, routes: { type: 'array', items: text } },
  },
];

const api = '/apis/application.epinio.io/v1';

/** Defines the kinds of Epinio in a cluster, and waits until they are served. */
export async function defineEpinioKinds(test: TestCluster): Promise<void> {
  for (const each of kinds)
    await test.create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definitionOf(each));
  for (const { plural } of kinds)
    for (let tries = 0; ; tries += 1) {
      const listed = test.cluster.request({ path: `${api}/${plural}` });
      if (
        await listed.then(
          () => true,
          () => false,
        )
      )
        break;
      if (tries === 300) throw new Error(`waiting for ${plural}: the API server does not serve them`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
}

function definitionOf({ kind, plural, fields }: (typeof kinds)[number]): JsonObject {
  const schema = { type: 'object', properties: { spec: { type: 'object', properties: fields } } };
  return {
    metadata: { name: `${plural}.application.epinio.io` },
    spec: {
      group: 'application.epinio.io',
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      scope: 'Namespaced',
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  };
}

/** Creates an AppChart in the namespace `epinio`, or an App. */
export function createEpinioObject(
  test: TestCluster,
  kind: 'App' | 'AppChart',
  { namespace, name, spec }: { readonly namespace: string; readonly name: string; readonly spec: JsonObject },
): Promise<unknown> {
  const body = { apiVersion: 'application.epinio.io/v1', kind, metadata: { name }, spec };
  return test.create(`${api}/namespaces/${namespace}/${kind.toLowerCase()}s`, body);
}

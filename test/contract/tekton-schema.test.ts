import { join } from 'node:path';
import { readFileSync } from 'node:fs';

import { Ajv } from 'ajv';
import { execaSync } from 'execa';
import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';

import { arrayAt, isObject, stringAt, valueAt, type JsonObject } from '../../src/domain/resources/resource.ts';
import { foldersIn, readManifest } from './task-files.ts';

/** The oldest release whose CRDs carry a schema, and the newest, each with the checksum of its Go module. */
const releases = [
  { version: 'v0.70.0', sum: 'h1:aJHIGuevkyLIVW0J1LEXSE6BQ+BYRs896sQGNSW4Xfs=' },
  { version: 'v1.15.0', sum: 'h1:ZGboFUaEdpYurZWqeGT5rn9e6qmomGL/gLSKhHp2vvQ=' },
] as const;

const manifests = [
  ...foldersIn('tasks').map((name) => ['task', `tasks/${name}/${name}.yaml`] as const),
  ...foldersIn('pipelines').map((name) => ['pipeline', `pipelines/${name}/${name}.yaml`] as const),
  ...['pipelinerun', 'image-migration-pipelinerun'].map(
    (name) => ['pipelinerun', `samples/app-migration/${name}.yaml`] as const,
  ),
];

describe.each(releases)('the schema of Tekton $version', ({ version, sum }) => {
  const folder = moduleFolder(version, sum);

  it.each(manifests)('accepts the %s %s', (kind, path) => {
    const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(
      schemaOf(folder, kind),
    );
    validate(readManifest(path));
    expect(validate.errors ?? []).toEqual([]);
  });

  it('refuses a field that no Task has', () => {
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(schemaOf(folder, 'task'));
    expect(
      validate({ apiVersion: 'tekton.dev/v1', kind: 'Task', spec: { steps: [{ name: 'a', scripts: 'x' }] } }),
    ).toBe(false);
  });
});

function moduleFolder(version: string, sum: string): string {
  const { stdout } = execaSync('go', ['mod', 'download', '-json', `github.com/tektoncd/pipeline@${version}`], {
    cwd: '/',
  });
  const module: unknown = JSON.parse(stdout);
  expect(stringAt(module, 'Sum')).toBe(sum);
  return stringAt(module, 'Dir') ?? '';
}

/** The v1 schema of a kind, closed: an API server prunes unknown fields, and Tekton's webhook refuses them. */
function schemaOf(folder: string, kind: string): JsonObject {
  const [crd] = loadAll(readFileSync(join(folder, 'config', '300-crds', `300-${kind}.yaml`), 'utf8'));
  const version = arrayAt(crd, 'spec', 'versions').find((candidate) => valueAt(candidate, 'name') === 'v1');
  const schema = close(valueAt(version, 'schema', 'openAPIV3Schema'));
  if (!isObject(schema)) throw new Error(`${kind}: no schema in ${folder}`);
  return schema;
}

function close(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(close);
  if (!isObject(schema)) return schema;
  const closed = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, close(value)]));
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true || schema['additionalProperties'] !== undefined;
  const properties = schema['properties'];
  // The root has metadata, whose fields the schema leaves out.
  const isRoot = isObject(properties) && 'apiVersion' in properties;
  if (open || isRoot || schema['type'] !== 'object' || !isObject(properties)) return closed;
  return { ...closed, additionalProperties: false };
}

import { join } from 'node:path';
import { globSync, readFileSync } from 'node:fs';

import { Ajv, type ValidateFunction } from 'ajv';
import { execaSync } from 'execa';
import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';

import { arrayAt, isObject, stringAt, valueAt, type JsonObject } from '../../src/domain/core/json-object.ts';
import { foldersIn } from './task-files.ts';

/** The oldest release whose CRDs carry a schema, and the newest, each with the checksum of its Go module. */
const releases = [
  { version: 'v0.70.0', sum: 'h1:aJHIGuevkyLIVW0J1LEXSE6BQ+BYRs896sQGNSW4Xfs=' },
  { version: 'v1.15.0', sum: 'h1:ZGboFUaEdpYurZWqeGT5rn9e6qmomGL/gLSKhHp2vvQ=' },
] as const;

const manifests = [
  ...foldersIn('tasks').map((name) => ['task', `tasks/${name}/${name}.yaml`] as const),
  ...foldersIn('tasks').map((name) => ['taskrun', `tasks/${name}/samples/taskrun.yaml`] as const),
  ...foldersIn('pipelines').flatMap((name) =>
    [
      `pipelines/${name}/${name}.yaml`,
      `forms/cluster-resolver/pipelines/${name}.yaml`,
      `forms/bundles/pipelines/${name}.yaml`,
    ].map((path) => ['pipeline', path] as const),
  ),
  ...['pipelinerun', 'image-migration-pipelinerun'].map(
    (name) => ['pipelinerun', `samples/app-migration/${name}.yaml`] as const,
  ),
  ['pipelinerun', 'samples/git-resolver/pipelinerun.yaml'] as const,
];

/** What the planning of a migration gives. */
const planned = globSync('test/golden/planning/*.yaml').toSorted();

/** What is made for the API version that ClusterTasks have. */
const legacy = [
  ...foldersIn('tasks').map((name) => ['clustertask', `forms/cluster-tasks/tasks/${name}.yaml`] as const),
  ...foldersIn('pipelines').map((name) => ['pipeline', `forms/cluster-tasks/pipelines/${name}.yaml`] as const),
  ...['pipelinerun', 'image-migration-pipelinerun'].map(
    (name) => ['pipelinerun', `forms/cluster-tasks/samples/${name}.yaml`] as const,
  ),
  ...['wizard', 'wizard-stateful-stage', 'wizard-stateful-cutover', 'mirror'].flatMap((name) =>
    (['pipeline', 'pipelinerun'] as const).map((kind) => [kind, `test/e2e/drop-in/${name}.yaml`] as const),
  ),
];

describe('the v1beta1 schema of Tekton v0.70.0', () => {
  const [{ version, sum }] = releases;
  const folder = moduleFolder(version, sum);

  it.each(legacy)('accepts the %s %s', (kind, path) => {
    const validate = validatorOf(folder, kind, 'v1beta1');
    const documents = loadAll(readFileSync(path, 'utf8')).filter(
      (document) => stringAt(document, 'kind')?.toLowerCase() === kind,
    );
    expect(documents.length).toBeGreaterThan(0);
    for (const document of documents) {
      validate(document);
      expect(validate.errors ?? []).toEqual([]);
    }
  });
});

describe.each(releases)('the schema of Tekton $version', ({ version, sum }) => {
  const folder = moduleFolder(version, sum);

  it.each(manifests)('accepts the %s %s', (kind, path) => {
    const validate = validatorOf(folder, kind, 'v1');
    for (const document of loadAll(readFileSync(path, 'utf8'))) {
      validate(document);
      expect(validate.errors ?? []).toEqual([]);
    }
  });

  it.each(planned)('accepts the run of the planned objects %s', (path) => {
    const validate = validatorOf(folder, 'pipelinerun', 'v1');
    const runs = loadAll(readFileSync(path, 'utf8')).filter((each) => stringAt(each, 'kind') === 'PipelineRun');
    expect(runs.length).toBe(1);
    validate(runs[0]);
    expect(validate.errors ?? []).toEqual([]);
  });

  it('refuses a field that no Task has', () => {
    const validate = validatorOf(folder, 'task', 'v1');
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

const validators = new Map<string, ValidateFunction>();

/** Compiled once: the schema of a Task is a quarter of a megabyte. */
function validatorOf(folder: string, kind: string, apiVersion: string): ValidateFunction {
  const key = [folder, kind, apiVersion].join(' ');
  const known = validators.get(key);
  if (known !== undefined) return known;
  const options = { strict: false, allErrors: true, validateFormats: false };
  const compiled = new Ajv(options).compile(schemaOf(folder, kind, apiVersion));
  validators.set(key, compiled);
  return compiled;
}

/** The schema of a kind in an API version, closed: an API server prunes unknown fields, and Tekton's webhook refuses them. */
function schemaOf(folder: string, kind: string, apiVersion: string): JsonObject {
  const [crd] = loadAll(readFileSync(join(folder, 'config', '300-crds', `300-${kind}.yaml`), 'utf8'));
  const version = arrayAt(crd, 'spec', 'versions').find((candidate) => valueAt(candidate, 'name') === apiVersion);
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

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { yamlCodec } from '../../../src/adapters/yaml/yaml-codec.ts';
import { arrayAt, isObject, stringAt, valueAt } from '../../../src/domain/core/json-object.ts';
import { isResource, type Resource } from '../../../src/domain/kube/resource.ts';
import { valuesOfSecret } from '../../../src/domain/export/sealed-secret.ts';
import { runTaskCommand, type CommandEnd } from '../../builders/command.ts';
import { readContents, runExport, type ExportRun } from '../../builders/export-run.ts';
import { startTestCluster, type TestCluster } from '../../builders/test-cluster.ts';

const canary = 'canary-of-a-sealed-value';
const encoded = Buffer.from(canary).toString('base64');
/** No text: must come back byte by byte. */
const binary = Buffer.from([0, 1, 2, 0xfe, 0xff, 10, 13]).toString('base64');
const data = { password: encoded, 'key.bin': binary, empty: '' };
const secretFile = 'resources/shop/Secret__v1_shop_login.yaml';

let test: TestCluster;
let admin: string;
let folders = 0;

beforeAll(async () => {
  test = await startTestCluster();
  admin = test.server.kubeconfigPath;
  for (const name of ['shop', 'shop-new', 'runs'])
    await test.create('/api/v1/namespaces', { metadata: { name, labels: { 'kubernetes.io/metadata.name': name } } });
  const applied = JSON.stringify({ data: { password: encoded } });
  const annotations = {
    'kubectl.kubernetes.io/last-applied-configuration': applied,
    'example.com/owner': 'team-a',
  };
  await test.create(secretsOf('shop'), { metadata: { name: 'login', annotations, labels: { app: 'web' } }, data });
  await test.create(secretsOf('shop'), { metadata: { name: 'other' }, stringData: { token: `${canary}-2` } });
  await test.create('/api/v1/namespaces/shop/configmaps', { metadata: { name: 'settings' }, data: { plain: 'seen' } });
});

afterAll(async () => {
  await test.stop();
});

function secretsOf(namespace: string): string {
  return `/api/v1/namespaces/${namespace}/secrets`;
}

async function freshFolder(): Promise<string> {
  folders += 1;
  const folder = path.join(test.scratch, `run-${String(folders)}`);
  await mkdir(folder);
  return folder;
}

function asResource(value: unknown): Resource {
  if (isResource(value)) return value;
  throw new Error('expected an object of Kubernetes');
}

type Env = Readonly<Record<string, string>>;

function exportShop(folder: string, flags: Env = {}, env: Env = {}): Promise<ExportRun> {
  const where = { kubeconfig: admin, context: 'local', namespace: 'shop', 'export-dir': path.join(folder, 'export') };
  return runExport({ ...where, ...flags }, { XDG_CONFIG_HOME: path.join(folder, 'config'), ...env });
}

function runIn(folder: string, args: readonly string[], environment: Env = {}): Promise<CommandEnd> {
  return runTaskCommand(args, {
    cwd: folder,
    environment: { XDG_CONFIG_HOME: path.join(folder, 'config'), ...environment },
  });
}

/** Transforms, renders and applies an export into namespace `shop-new` of the same cluster. */
async function applyExport(folder: string, environment: Env = {}): Promise<CommandEnd> {
  for (const task of [['crane-transform'], ['crane-apply']]) {
    const end = await runIn(folder, task);
    expect(end.exitCode, end.stderr).toBe(0);
  }
  const flags = ['--output-dir=output', `--kubeconfig=${admin}`, '--context=local', '--namespace=shop-new'];
  return runIn(folder, ['kubectl-apply-files', ...flags], environment);
}

async function readReport(folder: string, name: string): Promise<unknown> {
  const text: unknown = JSON.parse(await readFile(path.join(folder, 'reports', `${name}.json`), 'utf8'));
  return text;
}

async function itemsOfApply(folder: string): Promise<ReadonlyMap<string, unknown>> {
  const report = await readReport(path.join(folder, 'output'), 'kubectl-apply-files');
  return new Map(arrayAt(report, 'items').map((item) => [stringAt(item, 'id') ?? '', item]));
}

async function sightings(folder: string): Promise<readonly string[]> {
  const contents = await readContents(folder);
  const reports = await Promise.all(
    ['export/reports/crane-export.json', 'output/reports/kubectl-apply-files.json'].map((file) =>
      readFile(path.join(folder, file), 'utf8').catch(() => ''),
    ),
  );
  const texts: [string, string][] = [
    ...Object.entries(contents),
    ...reports.map((text): [string, string] => ['report', text]),
  ];
  return texts.filter(([, text]) => text.includes(canary) || text.includes(encoded)).map(([file]) => file);
}

async function removeMoved(): Promise<void> {
  for (const name of ['login', 'other']) {
    await test.cluster.request({ method: 'DELETE', path: `${secretsOf('shop-new')}/${name}` }).catch(() => undefined);
  }
}

describe('Secrets in an export', () => {
  it('are sealed from the source to the destination, and come out byte by byte', async () => {
    const folder = await freshFolder();
    const run = await exportShop(folder, { debug: 'true' });
    expect(run.exitCode, run.stderr).toBe(0);
    expect(run.item('v1 Secret')).toMatchObject({ evidence: { objects: 2, secrets: 'sealed' } });
    const [sealed] = yamlCodec.parse((await run.contents())[secretFile] ?? '', secretFile);
    expect(sealed).toMatchObject({
      kind: 'Secret',
      type: 'Opaque',
      metadata: { annotations: { 'example.com/owner': 'team-a' } },
    });
    expect(valueAt(sealed, 'data')).toBeUndefined();
    expect(Object.keys(valuesOfSecret(asResource(sealed))).sort()).toEqual(Object.keys(data).sort());
    const end = await applyExport(folder);
    expect(end.exitCode, end.stderr).toBe(0);
    const moved = await test.cluster.request({ path: `${secretsOf('shop-new')}/login` });
    expect(valueAt(moved, 'data')).toEqual(data);
    expect(valueAt(moved, 'metadata', 'labels')).toEqual({ app: 'web' });
    expect(JSON.stringify(moved)).not.toMatch(/sealed|age1/);
    expect(await sightings(folder)).toEqual([]);
    expect(run.stderr + end.stderr).not.toContain(canary);
    await removeMoved();
  });

  it('keep their bytes while they are unchanged, and change alone', async () => {
    const folder = await freshFolder();
    await exportShop(folder);
    const before = await readContents(path.join(folder, 'export'));
    const again = await exportShop(folder);
    expect(await again.contents()).toEqual(before);
    const patch = { stringData: { token: `${canary}-3` } };
    const request = { method: 'PATCH', contentType: 'application/merge-patch+json', body: patch } as const;
    await test.cluster.request({ ...request, path: `${secretsOf('shop')}/other` });
    const after = await (await exportShop(folder)).contents();
    const changed = Object.keys(after).filter((file) => after[file] !== before[file]);
    expect(changed).toEqual(['index.json', 'resources/shop/Secret__v1_shop_other.yaml']);
  });

  it('are sealed again when an earlier file holds other values for the same key', async () => {
    const folder = await freshFolder();
    await exportShop(folder);
    const export_ = path.join(folder, 'export');
    const login = await readFile(path.join(export_, secretFile), 'utf8');
    const other = await readFile(path.join(export_, 'resources/shop/Secret__v1_shop_other.yaml'), 'utf8');
    const foreign = /\n {2}token: (\S+)/.exec(other)?.[1] ?? '';
    await writeFile(path.join(export_, secretFile), login.replace(/\n {2}password: \S+/, `\n  password: ${foreign}`));
    const after = (await (await exportShop(folder)).contents())[secretFile] ?? '';
    expect(foreign).not.toBe('');
    expect(after).not.toContain(foreign);
  });

  it('are refused by a plain API server, whole as they are sealed', async () => {
    const folder = await freshFolder();
    const run = await exportShop(folder);
    const [sealed] = yamlCodec.parse((await run.contents())[secretFile] ?? '', secretFile);
    const body = { ...(isObject(sealed) ? sealed : {}), metadata: { name: 'plain' } };
    const query = { fieldManager: 'test', fieldValidation: 'Strict' };
    const path_ = `${secretsOf('shop-new')}/plain`;
    const contentType = 'application/apply-patch+yaml';
    await expect(test.cluster.request({ method: 'PATCH', path: path_, query, contentType, body })).rejects.toThrow(
      /sealed(Data|Key|For|As): field not declared/,
    );
  });

  it.each([
    ['another key', 'another key', /it is sealed for another key \(sealed for age1/],
    ['a value that was changed', 'changed', /key "password": it was changed, or is the value of another key or Secret/],
    [
      'a value of another Secret',
      'swapped',
      /key "password": it was changed, or is the value of another key or Secret/,
    ],
  ])('fail one by one for %s, and the rest is applied', async (_, fault, message) => {
    const folder = await freshFolder();
    const otherKey = fault === 'another key';
    await exportShop(folder);
    if (!otherKey) {
      // As somebody would who writes to the volume and mends the index, too.
      const file = path.join(folder, 'export', secretFile);
      const text = await readFile(file, 'utf8');
      const other = await readFile(path.join(folder, 'export/resources/shop/Secret__v1_shop_other.yaml'), 'utf8');
      const valueIn = (yaml: string, key: string): string => new RegExp(`\\n {2}${key}: (\\S+)`).exec(yaml)?.[1] ?? '';
      const value = valueIn(text, 'password');
      const bent = `${value.slice(0, 20)}${value[20] === 'A' ? 'B' : 'A'}${value.slice(21)}`;
      const changed = text.replace(value, fault === 'swapped' ? valueIn(other, 'token') : bent);
      expect(changed).not.toBe(text);
      await writeFile(file, changed);
      await mendIndex(folder, text, changed);
    }
    const end = await applyExport(folder, otherKey ? { XDG_CONFIG_HOME: await otherKeyIn(folder) } : {});
    expect(end).toMatchObject({ exitCode: 4, results: { status: 'incomplete' } });
    const items = await itemsOfApply(folder);
    expect(items.get('v1 Secret shop/login')).toMatchObject({ outcome: 'failed', reason: 'not-unsealed' });
    expect(stringAt(items.get('v1 Secret shop/login'), 'message')).toMatch(message);
    expect(items.get('v1 ConfigMap shop-new/settings')).toMatchObject({ outcome: 'done' });
    expect(items.get(otherKey ? 'v1 Secret shop/other' : 'v1 Secret shop-new/other')).toMatchObject({
      outcome: otherKey ? 'failed' : 'done',
    });
    await removeMoved();
  });
});

describe('Secrets in an export that is asked for something else', () => {
  it('are left out by name when asked for, and never even read', async () => {
    const folder = await freshFolder();
    const run = await exportShop(folder, { secrets: 'skip', debug: 'true' });
    expect(run.exitCode).toBe(0);
    expect(run.item('v1 Secret shop/login')).toMatchObject({ outcome: 'skipped', reason: 'secrets-left-out' });
    expect(run.item('v1 Secret shop/other')).toMatchObject({ outcome: 'skipped' });
    expect((await run.files()).filter((file) => file.includes('Secret_'))).toEqual([]);
    expect((await run.files()).some((file) => file.includes('ConfigMap__v1_shop_settings'))).toBe(true);
  });

  it('are in the clear only when asked for, loudly', async () => {
    const folder = await freshFolder();
    const run = await exportShop(folder, { secrets: 'include' });
    expect(run.exitCode).toBe(0);
    expect(run.stderr).toMatch(/^warn: Secrets are written to .*in CLEAR TEXT/m);
    expect(run.item('v1 Secret')).toMatchObject({ evidence: { secrets: 'in the clear' } });
    expect(valueAt(run.report, 'input', 'secrets')).toBe('include');
    expect((await run.contents())[secretFile]).toContain(encoded);
  });

  it('are refused in any other mode or for an invalid recipient', async () => {
    const folder = await freshFolder();
    expect(await exportShop(folder, { secrets: 'plain' })).toMatchObject({ exitCode: 2 });
    const run = await exportShop(folder, { 'secrets-recipient': 'age1nobody' });
    expect(run).toMatchObject({ exitCode: 2, results: { status: 'invalid-param' } });
    expect(await run.files()).toEqual([]);
  });
});

/** Makes a key of its own and tells where. */
async function otherKeyIn(folder: string): Promise<string> {
  const config = path.join(folder, 'other-config');
  await exportShop(await freshFolder(), {}, { XDG_CONFIG_HOME: config });
  return config;
}

async function mendIndex(folder: string, before: string, after: string): Promise<void> {
  const { sha256Of } = await import('../../../src/adapters/files/digest.ts');
  const index = path.join(folder, 'export/index.json');
  const text = await readFile(index, 'utf8');
  await writeFile(index, text.replace(sha256Of(before), sha256Of(after)));
}

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { arrayAt, stringAt } from '../../../src/domain/core/json-object.ts';
import { toBase64 } from '../../../src/domain/core/redaction/secret-forms.ts';
import { runInProcess } from '../../builders/run-in-process.ts';
import { startTestCluster, type TestCluster } from '../../builders/test-cluster.ts';

const password = 'correct-horse-battery';
const secrets = '/api/v1/namespaces/epinio/secrets';
let local: TestCluster;

beforeAll(async () => {
  local = await startTestCluster();
  await local.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'epinio' } });
  const config = { auths: { 'registry.example.com': { auth: toBase64(`me:${password}`) } } };
  await writeFile(join(local.scratch, 'login.json'), JSON.stringify(config));
  await writeFile(join(local.scratch, 'ca.pem'), local.ca);
}, 120_000);

afterAll(() => local.stop());

function run(task: string, ...args: readonly string[]) {
  const { scratch: cwd, server } = local;
  const environment = { PATH: process.env['PATH'], HOME: cwd };
  return runInProcess(task, [`--kubeconfig=${server.kubeconfigPath}`, ...args], { cwd, environment });
}

function add(name: string, ...more: readonly string[]) {
  return run('app registries add', name, '--host=registry.example.com', '--registry-auth=login.json', ...more);
}

const names = async () => {
  const list = await local.cluster.request({ path: secrets });
  return arrayAt(list, 'items').map((secret) => stringAt(secret, 'metadata', 'name'));
};

describe('registries to which applications are published', () => {
  it('are none in a new installation', async () => {
    expect(await run('app registries list')).toMatchObject({ exitCode: 0, stdout: 'NAME   URL\n' });
  });

  it('are added with a login and certificates, listed without them, and deleted', async () => {
    const added = await add('partner', '--path=team', '--ca-bundle=ca.pem');
    expect(added).toMatchObject({ exitCode: 0 });
    const secret = await local.cluster.request({ path: `${secrets}/partner` });
    expect(secret).toMatchObject({
      metadata: {
        labels: { 'epinio.io/api-export-registry': 'true' },
        annotations: { 'epinio.io/registry-namespace': 'team' },
      },
      data: { certs: toBase64('partner-certificates') },
    });
    const listed = await run('app registries list');
    expect(listed.stdout).toBe('NAME      URL\npartner   registry.example.com/team\n');
    expect(added.stdout + added.stderr + listed.stdout + listed.stderr).not.toContain(password);
    expect(await add('partner')).toMatchObject({ exitCode: 2 });
    expect(await run('app registries delete', 'partner')).toMatchObject({ exitCode: 0 });
    expect(await run('app registries delete', 'partner')).toMatchObject({ exitCode: 0 });
    expect(await run('app registries list')).toMatchObject({ exitCode: 0, stdout: 'NAME   URL\n' });
    const left = await local.cluster.request({ path: secrets });
    expect(left).toMatchObject({ items: [] });
  });

  it('need their namespace, and say how to make it', async () => {
    const refused = await add('partner', '--system-namespace=absent');
    expect(refused).toMatchObject({ exitCode: 2 });
    expect(refused.stderr).toContain('namespace absent does not exist');
    expect(refused.stderr).toContain('kubectl create namespace absent');
  });

  it('are reported when they are malformed, beside the valid ones', async () => {
    const labels = { 'epinio.io/api-export-registry': 'true' };
    await local.create(secrets, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'broken', labels } });
    await add('lab');
    const listed = await run('app registries list');
    expect(listed.exitCode).toBe(4);
    expect(listed.stdout).toContain('lab      registry.example.com\n');
    expect(listed.stdout).toMatch(/broken {3}invalid: .*annotation epinio.io\/registry-namespace is missing/);
  });

  it.each([
    ['partner', '--path=Team'],
    ['partner', '--path=../x'],
    ['partner', '--path=/team'],
  ])('are not added with a path that no registry has: %s %s', async (name, path) => {
    expect(await add(name, path, '--ca-bundle=ca.pem')).toMatchObject({ exitCode: 2 });
    expect(await names()).not.toContainEqual(expect.stringMatching(/^partner/));
  });

  it('are completed by a second add, and removed, when the first one was interrupted', async () => {
    expect(await add('half', '--path=team', '--ca-bundle=ca.pem')).toMatchObject({ exitCode: 0 });
    const removeCertificates = () => local.cluster.request({ method: 'DELETE', path: `${secrets}/half-certificates` });
    await removeCertificates();
    expect(await add('half', '--path=team', '--ca-bundle=ca.pem')).toMatchObject({ exitCode: 0 });
    expect(await names()).toEqual(expect.arrayContaining(['half', 'half-certificates']));
    await removeCertificates();
    expect(await run('app registries delete', 'half')).toMatchObject({ exitCode: 0 });
    expect(await names()).not.toContainEqual(expect.stringMatching(/^half/));
  });

  it('leave nothing where one of their Secrets is of something else, or exists already', async () => {
    const metadata = { name: 'taken-certificates' };
    await local.create(secrets, { apiVersion: 'v1', kind: 'Secret', metadata });
    expect(await add('taken', '--ca-bundle=ca.pem')).toMatchObject({ exitCode: 2 });
    expect(await names()).not.toContain('taken');
    expect(await add('twice')).toMatchObject({ exitCode: 0 });
    expect(await add('twice', '--ca-bundle=ca.pem')).toMatchObject({ exitCode: 2 });
    expect(await names()).not.toContain('twice-certificates');
  });

  it('are not confused with other Secrets', async () => {
    await local.create(secrets, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'other' } });
    expect(await run('app registries delete', 'other')).toMatchObject({ exitCode: 2 });
    expect(await add('Not Valid')).toMatchObject({ exitCode: 2 });
    expect(
      await run('app registries add', 'x', '--host=elsewhere.example', '--registry-auth=login.json'),
    ).toMatchObject({
      exitCode: 2,
    });
  });
});

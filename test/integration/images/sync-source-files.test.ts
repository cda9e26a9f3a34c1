import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import path from 'node:path';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { FaultProxy } from '../../fakes/fault-proxy.ts';
import { buildImage, buildLayer, digestOf, pushImage, type BuiltImage } from '../../fakes/oci-images.ts';
import { makeWorkspace, runSync, startSyncScene, type SyncRun, type SyncScene } from '../../fakes/sync-scene.ts';
import { requireToken } from '../../fakes/token-front.ts';

let scene: SyncScene;
let source: FaultProxy;
let destination: FaultProxy;
const images = new Map<string, BuiltImage>();

beforeAll(async () => {
  scene = await startSyncScene();
  [source, destination] = [await scene.front('source'), await scene.front('destination')];
  for (const tag of ['1.9', '1.10', 'v2.0.0', '2.1.0-rc.1', 'nightly']) {
    const image = buildImage([buildLayer('own', randomBytes(2000))], tag);
    images.set(tag, image);
    await pushImage(scene.source.host, `team/web:${tag}`, image);
  }
});

afterAll(() => scene.stop());

interface Asked {
  readonly files?: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
  /** False leaves the authority of the registries unknown. */
  readonly trusted?: boolean;
  /** Made before the run, in the workspace. */
  readonly prepare?: (workspace: string) => Promise<void>;
}

async function sync(namespace: string, file: object, asked: Asked = {}): Promise<SyncRun & { workspace: string }> {
  const workspace = await makeWorkspace(scene, { 'source.yaml': JSON.stringify(file), ...asked.files });
  await asked.prepare?.(workspace);
  const place = [`--destination-registry-public=${destination.host}`, `--destination-namespace=${namespace}`];
  const trust = asked.trusted === false ? [] : [`--ca-bundle=${scene.caFile}`];
  return { ...(await runSync(workspace, [...trust, ...place, ...(asked.flags ?? [])])), workspace };
}

async function arrived(repository: string): Promise<readonly string[]> {
  const tags = [...images.keys()];
  const found = await Promise.all(
    tags.map(
      async (tag) => (await digestOf(scene.destination.host, `${repository}:${tag}`)) === images.get(tag)?.digest,
    ),
  );
  return tags.filter((_tag, number) => found[number]);
}

describe('a source file', () => {
  it('chooses tags by expressions and by versions, and keeps the plan that it became', async () => {
    const run = await sync('chosen', {
      [source.host]: {
        'images-by-tag-regex': { 'team/web': '^night' },
        'images-by-semver': { 'team/web': '^1.10 || >=2.0, <3' },
      },
    });
    expect(run.exitCode, run.stderr).toBe(0);
    expect(await arrived('chosen/web')).toEqual(['1.10', 'v2.0.0', 'nightly']);
    const plan = await readFile(path.join(run.workspace, 'source.plan.json'), 'utf8');
    expect(plan).toContain(images.get('nightly')?.digest);
    expect(plan).toContain('"reason": "tag-regex"');

    const again = await runSync(run.workspace, [`--ca-bundle=${scene.caFile}`, '--source-file=source.plan.json']);
    expect(again.results).toMatchObject({ 'present-count': '3', 'copied-count': '0' });
  });

  it('has each entry that cannot be followed reported with exit code 4, and the others copied', async () => {
    const run = await sync('partly', {
      [source.host]: {
        images: { 'team/web': ['1.9', 'gone'], 'team/none': [], 'Team/Web': ['1'] },
        'images-by-tag-regex': { 'team/web': '(?<=x)y' },
        'images-by-semver': { 'team/web': 'latest' },
        surprise: true,
      },
    });
    expect(run.exitCode).toBe(4);
    expect(run.stderr).toContain('"surprise" means nothing');
    const failed = (run.report?.items ?? []).filter(({ outcome }) => outcome === 'failed');
    expect(failed.map(({ id, reason }) => [id.replace(`${source.host}/`, ''), reason])).toEqual([
      ['Team/Web', 'invalid-entry'],
      ['team/none', 'not-found'],
      ['team/web', 'invalid-file'],
      ['team/web', 'invalid-file'],
      ['team/web:gone', 'registry-refused'],
    ]);
    expect(await arrived('partly/web')).toEqual(['1.9']);
  });

  it.each([
    [
      'unquoted',
      (host: string) => `${host}:\n  images:\n    team/odd: [1.10, 3, 07, 2024-01-01, 1e3, on, latest, 0x10, 1_000]\n`,
    ],
    ['below a path', (host: string) => `${host}/team:\n  images:\n    odd:\n      - 1.10\n      - 07\n`],
    ['merged', (host: string) => `${host}: {<<: {images: {team/odd: [1.10]}}}\n`],
    ['without a list', (host: string) => `${host}:\n  images:\n    team/odd:\n  tls-verify: yes\n`],
  ])('means what skopeo sync reads: %s', async (name, textOf) => {
    const odd = ['1.10', '3', '07', '2024-01-01', '1e3', 'on', 'latest', '0x10', '1_000'];
    const image = images.get('nightly');
    if (image === undefined) throw new Error('no image');
    for (const tag of odd) await pushImage(scene.source.host, `team/odd:${tag}`, image);
    const text = textOf(source.host);
    const run = await sync(`odd-${name.replaceAll(' ', '-')}`, {}, { files: { 'source.yaml': text } });
    const folder = path.join(run.workspace, 'oracle');
    await mkdir(folder);
    const args = ['--insecure-policy', 'sync', '--src=yaml', '--dest=dir', 'source.yaml', folder];
    const env = { SSL_CERT_FILE: scene.caFile };
    const oracle = await execa('skopeo', args, { cwd: run.workspace, env, reject: false });
    expect(oracle.exitCode, oracle.stderr).toBe(0);
    const wanted = (await readdir(folder, { recursive: true }))
      .filter((file) => file.endsWith('/manifest.json'))
      .map((file) => file.split(':').at(-1)?.replace('/manifest.json', ''));
    const plan = JSON.parse(await readFile(path.join(run.workspace, 'source.plan.json'), 'utf8')) as {
      images: { tags: string[] }[];
    };
    expect(plan.images.flatMap(({ tags }) => tags).sort()).toEqual(wanted.sort());
    expect(wanted.length).toBeGreaterThan(0);
  });

  it('follows a mapping file, by repository, with the path kept, below a prefix', async () => {
    const files = { 'map.yaml': 'repositories:\n  team/web: store/front/shop\n' };
    const file = { [source.host]: { images: { 'team/web': ['nightly'] } } };
    expect((await sync('unused', file, { files, flags: ['--mapping-file=map.yaml'] })).exitCode).toBe(0);
    expect(await arrived('store/front/shop')).toEqual(['nightly']);
    const kept = { 'map.json': '{"keep-path": true, "prefix": "mirror"}' };
    const run = await sync('unused', file, { files: kept, flags: ['--mapping-file=map.json'] });
    expect(run.exitCode, run.stderr).toBe(0);
    expect(await arrived('mirror/team/web')).toEqual(['nightly']);
    const missing = await sync('unused', file, { flags: ['--mapping-file=none.yaml'] });
    expect([missing.exitCode, missing.results['status']]).toEqual([2, 'invalid-file']);
  });
});

describe('what a source file says of its registry', () => {
  it('logs in with its credentials, which no log, result, report or plan shows', async () => {
    const front = await scene.front(
      'source',
      requireToken((token) => token === 'secret-of-robot'),
    );
    const credentials = { username: 'robot', password: 'secret-of-robot' };
    const images = { 'team/web': ['nightly'] };
    const refused = await sync('locked', { [front.host]: { images } });
    expect([refused.exitCode, refused.results['status']]).toEqual([3, 'unauthorized']);
    const run = await sync('locked', { [front.host]: { images, credentials } });
    expect(run.exitCode, run.stderr).toBe(0);
    const plan = await readFile(path.join(run.workspace, 'source.plan.json'), 'utf8');
    const told = [run.stderr, JSON.stringify(run.results), JSON.stringify(run.report), plan].join('\n');
    expect(told).not.toContain('secret-of-robot');
  });

  it('cannot take the verification off that the param asks for', async () => {
    const file = { [source.host]: { images: { 'team/web': ['nightly'] }, 'tls-verify': false } };
    const asked = { trusted: false, flags: ['--destination-registry-tls-verify=false'] };
    for (const flags of [[], ['--source-registry-tls-verify=true']]) {
      const run = await sync('unverified', file, { ...asked, flags: [...asked.flags, ...flags] });
      expect([run.exitCode, run.results['status']]).toEqual([3, 'tls-untrusted']);
      expect(run.stderr).toContain(`tls-verify: false of ${source.host} in the source file is not used`);
    }
  });

  it('takes verification off with the param, and on again for its registry', async () => {
    const flags = ['--destination-registry-tls-verify=false', '--source-registry-tls-verify=false'];
    const status = async (more: object) => {
      const file = { [source.host]: { images: { 'team/web': ['nightly'] }, ...more } };
      return (await sync('unverified', file, { trusted: false, flags })).results['status'];
    };
    expect(await status({ 'tls-verify': true })).toBe('tls-untrusted');
    expect(await status({ 'tls-verify': false })).toBe('succeeded');
    expect(await status({})).toBe('succeeded');
  });

  it('trusts the authority in its cert-dir, within the workspace only', async () => {
    const images = { 'team/web': ['nightly'] };
    const flags = ['--destination-registry-tls-verify=false'];
    const prepare = async (workspace: string): Promise<void> => {
      await mkdir(path.join(workspace, 'certs'));
      await copyFile(scene.caFile, path.join(workspace, 'certs/ca.crt'));
      await symlink('/etc', path.join(workspace, 'out'));
    };
    const asked = { trusted: false, flags, prepare };
    const run = await sync('by-folder', { [source.host]: { images, 'cert-dir': 'certs' } }, asked);
    expect(run.exitCode, run.stderr).toBe(0);
    for (const folder of ['/etc/ssl/certs', '../..', 'out/ssl/certs', 'gone']) {
      const refused = await sync('by-folder', { [source.host]: { images, 'cert-dir': folder } }, asked);
      expect([folder, refused.exitCode, refused.results['status']]).toEqual([folder, 2, 'invalid-file']);
    }
  });
});

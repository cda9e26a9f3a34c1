import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { canAnyonePull, checkPublic } from '../../../src/usecases/exports/check-public.ts';
import { startRegistry, type Registry as RegistryProgram } from '../../../testbed/clusters/registry.ts';
import type { FaultProxy } from '../../fakes/fault-proxy.ts';
import {
  registryClient,
  startExportsScene,
  uniqueImage,
  writeLogin,
  type ExportsScene,
} from '../../fakes/exports-scene.ts';
import { digestOf, pushImage } from '../../fakes/oci-images.ts';
import { requireScope } from '../../fakes/token-service.ts';

const login = 'me:correct-horse';
/** Of that password, as `htpasswd -B` writes it. */
const htpasswd = 'me:$2b$04$bYgRCAn2540YRNYA/tNv5uzv0bNVfJFZbpUrvN8DUG1TChUn8lWZq\n';
const image = uniqueImage();
let scene: ExportsScene;
let hub: FaultProxy;
let locked: RegistryProgram;

beforeAll(async () => {
  scene = await startExportsScene();
  hub = await scene.front(requireScope((repository) => repository === 'team/open', { login }));
  locked = await startRegistry({ dir: path.join(scene.local.scratch, 'locked'), auth: htpasswd });
  await pushImage(scene.registry.host, 'team/open:1', image);
  await pushImage(scene.registry.host, 'team/closed:1', image);
}, 120_000);

afterAll(async () => {
  await locked.stop();
  await scene.stop();
});

function check(host: string, repository: string, ownLogin = login) {
  return checkPublic(repository, { anonymous: registryClient(host), own: registryClient(host, ownLogin) });
}

describe('a destination', () => {
  it('is public if a request without a login can read it', async () => {
    expect(await check(scene.registry.host, 'team/open')).toEqual({ isPublic: true, why: 'read-without-login' });
    expect(await check(hub.host, 'team/open')).toEqual({ isPublic: true, why: 'read-without-login' });
  });

  it('is private if only the account can read it', async () => {
    expect(await check(hub.host, 'team/closed')).toEqual({ isPublic: false, why: 'login-needed' });
  });

  it('counts as public if it does not exist, and if the account may not see whether it does', async () => {
    expect(await check(hub.host, 'team/new')).toEqual({ isPublic: true, why: 'repository-absent' });
    expect(await check(scene.registry.host, 'team/new')).toEqual({ isPublic: true, why: 'repository-absent' });
    const other = checkPublic('team/new', { anonymous: registryClient(hub.host), own: registryClient(hub.host) });
    expect(await other).toEqual({ isPublic: true, why: 'unknown' });
  });

  it('is private in a registry without a token service that refuses everyone', async () => {
    expect(await check(locked.host, 'team/new')).toEqual({ isPublic: false, why: 'login-needed' });
  });

  it('is asked again after a push', async () => {
    const { digest } = image;
    expect(await canAnyonePull({ path: 'team/open', digest }, registryClient(hub.host))).toBe(true);
    expect(await canAnyonePull({ path: 'team/closed', digest }, registryClient(hub.host))).toBe(false);
    expect(await canAnyonePull({ path: 'team/absent', digest }, registryClient(scene.registry.host))).toBe(false);
  });
});

describe('loading an archive', () => {
  it('into a public repository needs the confirmation, and gives the digest that the export had', async () => {
    const { image: exported, entry } = await scene.publish('archived');
    const archived = await scene.run('exports archive', entry.id, '--file=out.tar.gz');
    expect(archived).toMatchObject({ exitCode: 0 });
    const destination = `${scene.registry.host}/archive/new:1`;
    const refused = await scene.run('exports load', 'out.tar.gz', `--destination-image=${destination}`);
    expect(refused).toMatchObject({ exitCode: 2 });
    expect(refused.stderr).toContain('Anyone in the world will be able to pull and use the image');
    expect(await digestOf(scene.registry.host, 'archive/new:1')).toBeUndefined();
    const args = ['out.tar.gz', `--destination-image=${destination}`, '--confirm-public=true'];
    expect(await scene.run('exports load', ...args)).toMatchObject({ exitCode: 0 });
    expect(await digestOf(scene.registry.host, 'archive/new:1')).toBe(exported.digest);
    expect(await scene.run('exports load', ...args)).toMatchObject({ exitCode: 0 });
  });

  it('into a private registry needs no confirmation, and a deletion there uses the login', async () => {
    const auth = await writeLogin(scene.local.scratch, locked.host, login);
    const { entry } = await scene.publish('moved');
    await scene.run('exports archive', entry.id, '--file=moved.tar');
    const destination = `--destination-image=${locked.host}/team/moved:1`;
    const loaded = await scene.run('exports load', 'moved.tar', destination, `--registry-auth=${auth}`);
    expect(loaded).toMatchObject({ exitCode: 0 });
    expect(loaded.stdout + loaded.stderr).not.toContain('correct-horse');
  });
});

describe('a deletion through a token service', () => {
  it('asks for a token that may delete', async () => {
    const { entry, image: exported } = await scene.publish('scoped', { host: hub.host });
    const auth = await writeLogin(scene.local.scratch, hub.host, login);
    expect(await scene.run('exports delete', entry.id, `--registry-auth=${auth}`)).toMatchObject({ exitCode: 0 });
    expect(await digestOf(scene.registry.host, `course/exports:${exported.digest}`)).toBeUndefined();
    const scopes = hub.requests.filter(({ path: asked }) => asked.startsWith('/token')).map(({ path: asked }) => asked);
    expect(scopes.some((asked) => decodeURIComponent(asked).includes('repository:course/exports:pull,*'))).toBe(true);
  });
});

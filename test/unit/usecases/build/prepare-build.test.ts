import { describe, expect, it } from 'vitest';

import { SyncFailure } from '../../../../src/domain/oci/failure.ts';
import { formatImageName, type ImageLocation } from '../../../../src/domain/oci/image-location.ts';
import type { Registry } from '../../../../src/domain/oci/registry.ts';
import { prepareBuild, type PreparePorts } from '../../../../src/usecases/build/prepare-build.ts';
import { aHost } from '../../../builders/host.ts';
import { thrownBy } from '../../../builders/task-error.ts';
import { buildImage, buildLayer, type BuiltImage } from '../../../fakes/oci-images.ts';

const run = buildImage([buildLayer('run', Buffer.from('run'))], 'run');
const metadata = { images: [{ image: 'r.example.com/run:1' }] };
const env = ['CNB_USER_ID=1000', 'CNB_GROUP_ID=1000'];
const builder = buildImage([], { Labels: { 'io.buildpacks.builder.metadata': JSON.stringify(metadata) }, Env: env });
const silent = buildImage([], { Env: env });

const names = {
  image: 'r.example.com/web:1',
  builder: 'r.example.com/builder:1',
  runImage: '',
  cacheImage: '',
  previousImage: '',
  insecureRegistry: '',
};

interface Scene {
  readonly images?: Readonly<Record<string, BuiltImage>>;
  /** Path of the repository to which nothing can be pushed. */
  readonly refused?: string;
  /** How it refuses. */
  readonly failure?: SyncFailure;
  readonly secrets?: readonly string[];
  readonly allowAccountSecrets?: boolean;
}

const denied = new SyncFailure('denied', 'POST: 403');

function aScene(scene: Scene = {}) {
  const {
    images = { builder, run },
    refused = '',
    failure = denied,
    secrets = [],
    allowAccountSecrets = false,
  } = scene;
  const host = aHost();
  const events: string[] = [];
  const registry = {
    head: (path: string) => Promise.resolve(images[path]),
    read: (path: string) => Promise.resolve(images[path]),
    hasBlob: (path: string, digest: string) =>
      Promise.resolve(images[path]?.blobs.some((blob) => blob.digest === digest) === true),
    readBlob: async function* (path: string, { digest }: { digest: string }) {
      yield await Promise.resolve(images[path]?.blobs.find((blob) => blob.digest === digest)?.bytes ?? Buffer.alloc(0));
    },
    mount: (path: string) => (path === refused ? Promise.reject(failure) : Promise.resolve(false)),
  } as unknown as Registry;
  const open = (location: ImageLocation, access = 'pull') => {
    events.push(`open ${formatImageName(location)} ${access}`);
    return { registry, loginSource: 'no login' };
  };
  const note = (text: string) => Promise.resolve(void events.push(text));
  const ports: PreparePorts = {
    log: host.log,
    pause: () => note('pause'),
    platform: 'linux/amd64',
    open,
    lifecycleLogins: () => ({ open, write: () => note('logins') }),
    secretsOfAccount: () => Promise.resolve(secrets),
    writeEnvironment: (variables) => note(`environment ${[...variables.keys()].join()}`),
    keepBuilder: (name) => note(`builder ${name}`),
  };
  const prepare = (more: Partial<typeof names> = {}) =>
    prepareBuild(
      {
        names: { ...names, ...more },
        platformApi: '0.12',
        environment: new Map([['A', '1']]),
        allowAccountSecrets,
      },
      ports,
    );
  return { events, prepare, warnings: host.warnings };
}

describe('preparing a build', () => {
  it('checks all images before it writes anything', async () => {
    const { events, prepare } = aScene();
    const outcome = await prepare({ cacheImage: 'r.example.com/cache:1' });
    expect(outcome.items.map(({ id, reason }) => `${id}: ${reason}`)).toEqual([
      'builder r.example.com/builder:1: image-readable',
      'run image r.example.com/run:1: image-readable',
      'image r.example.com/web:1: image-writable',
      'cache image r.example.com/cache:1: image-writable',
    ]);
    expect(events).toEqual([
      'open r.example.com/builder:1 pull',
      'open r.example.com/run:1 pull',
      'open r.example.com/web:1 pull,push',
      'open r.example.com/cache:1 pull,push',
      'environment A',
      'logins',
      `builder r.example.com/builder:1@${builder.digest}`,
    ]);
    expect(outcome.summary).toBe(
      '4 images checked, 1 variables written; ready to build r.example.com/web:1 with platform API 0.12',
    );
  });

  it('writes nothing when an image cannot be pushed, and says why', async () => {
    const { events, prepare } = aScene({ refused: 'web' });
    const outcome = await prepare();
    expect(outcome.summary).toBe(
      '1 failed: image r.example.com/web:1 (denied): checking image r.example.com/web:1 at r.example.com with no login: POST: 403',
    );
    expect(events.filter((event) => !event.startsWith('open'))).toEqual([]);
  });

  it('asks for an authority when a certificate is refused, else for names and logins', async () => {
    const denied = await aScene({ refused: 'web' }).prepare();
    const failure = new SyncFailure('tls-untrusted', 'GET: self-signed certificate');
    const untrusted = await aScene({ refused: 'web', failure }).prepare();
    expect(denied.remedy).toContain('registry-auth');
    expect(untrusted.remedy).toMatch(/ca-bundle.*ca-config-map/);
  });

  it('checks the run image that is given although the builder is missing', async () => {
    const { prepare } = aScene({ images: { other: run } });
    const { items } = await prepare({ runImage: 'r.example.com/other:1' });
    expect(items.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['failed', 'not-found'],
      ['done', 'image-readable'],
      ['done', 'image-writable'],
    ]);
  });

  it('asks once more for an image that lacks a layer', async () => {
    const { events, prepare } = aScene({ images: { builder, run: { ...run, blobs: run.blobs.slice(0, 1) } } });
    expect((await prepare()).items[1]).toMatchObject({ outcome: 'failed', reason: 'blob-missing' });
    expect(events.filter((event) => event === 'pause')).toHaveLength(1);
  });

  it('warns when the run image is known to the lifecycle only', async () => {
    const { prepare, warnings } = aScene({ images: { builder: silent } });
    expect((await prepare()).items).toHaveLength(2);
    expect(warnings).toEqual([expect.stringContaining('set run-image')]);
  });

  it('refuses Secrets that Tekton would give to buildpacks', async () => {
    const { events, prepare } = aScene({ secrets: ['registry', 'git'] });
    const error = await thrownBy(() => prepare());
    expect([error.code, error.message]).toEqual([
      'invalid-param',
      'checking the ServiceAccount of the run: Tekton gives its Secrets registry, git to each step, and buildpacks can read them',
    ]);
    expect(events).toEqual([]);
  });

  it('names them in a warning when they are allowed', async () => {
    const { prepare, warnings } = aScene({ secrets: ['registry'], allowAccountSecrets: true });
    expect((await prepare()).items).toHaveLength(3);
    expect(warnings).toEqual([
      'ServiceAccount of the run: Tekton gives its Secrets registry to each step, and buildpacks can read them',
    ]);
  });
});

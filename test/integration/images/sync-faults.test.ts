import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Fault, PassingRequest } from '../../fakes/fault-proxy.ts';
import { buildImage, buildLayer, digestOf, pushImage, type BuiltImage } from '../../fakes/oci-images.ts';
import {
  kubeconfigText,
  makeWorkspace,
  planText,
  readReport,
  runSync,
  startSync,
  startSyncScene,
  type SyncScene,
} from '../../fakes/sync-scene.ts';
import { requireToken } from '../../fakes/token-front.ts';

let scene: SyncScene;

beforeAll(async () => {
  scene = await startSyncScene();
});

afterAll(async () => {
  await scene.stop();
});

type Decide = (request: PassingRequest) => Fault | undefined;

interface Case {
  readonly name: string;
  readonly count: number;
  readonly bytes?: number;
  readonly source?: Decide;
  readonly destination?: Decide;
}

/** Pushes `count` images to `<name>/app-<n>:1` at the source and plans them to `moved/<name>-<n>:1`. */
async function prepare({ name, count, bytes = 20_000, source, destination }: Case) {
  const images: BuiltImage[] = [];
  for (let number = 0; number < count; number += 1) {
    const image = buildImage([buildLayer('own', randomBytes(bytes))], `${name}-${String(number)}`);
    await pushImage(scene.source.host, `${name}/app-${String(number)}:1`, image);
    images.push(image);
  }
  const fronts = {
    source: await scene.front('source', source),
    destination: await scene.front('destination', destination),
  };
  const entries = images.map((image, number) => ({
    source: `${name}/app-${String(number)}`,
    destination: `moved/${name}-${String(number)}`,
    image,
    tags: ['1'],
  }));
  const workspace = await makeWorkspace(scene, {
    'plan.json': planText(fronts.source.host, fronts.destination.host, entries),
  });
  const arrived = async (): Promise<number> => {
    const digests = await Promise.all(
      images.map((_, number) => digestOf(scene.destination.host, `moved/${name}-${String(number)}:1`)),
    );
    return digests.filter((digest, number) => digest === images[number]?.digest).length;
  };
  return { images, workspace, fronts, arrived, flags: [`--ca-bundle=${scene.caFile}`] };
}

const isBlob = ({ method, path: url }: PassingRequest): boolean => method === 'GET' && url.includes('/blobs/');
const isManifest = ({ path: url }: PassingRequest): boolean => url.includes('/manifests/');

/** Lets a fault happen only the first times that a request fits. */
function times(count: number, fits: (request: PassingRequest) => boolean, fault: Fault): Decide {
  let left = count;
  return (request) => {
    if (left === 0 || !fits(request)) return undefined;
    left -= 1;
    return fault;
  };
}

describe('a registry that refuses', () => {
  it('ends the run with exit code 3 when the source takes no login, and names the source', async () => {
    const { workspace, flags, arrived, fronts } = await prepare({
      name: 'refused',
      count: 3,
      source: requireToken(() => false),
    });
    const run = await runSync(workspace, flags);
    expect(run.exitCode).toBe(3);
    expect(run.results['status']).toBe('unauthorized');
    expect(run.stderr).toContain(fronts.source.host);
    expect(run.stderr).toContain('and 2 more images alike');
    expect(await arrived()).toBe(0);
  });

  it('fails the one repository that is gone, and copies the others', async () => {
    const gone = ({ path: url }: PassingRequest): Fault | undefined =>
      url.includes('/gone/app-3/')
        ? { kind: 'answer', status: 404, body: '{"errors":[{"code":"NAME_UNKNOWN"}]}' }
        : undefined;
    const { workspace, flags, arrived } = await prepare({ name: 'gone', count: 12, source: gone });
    const run = await runSync(workspace, flags);
    expect(run.exitCode).toBe(4);
    expect(await arrived()).toBe(11);
    expect(run.results).toMatchObject({ 'copied-count': '11', 'failed-count': '1', status: 'incomplete' });
    expect(run.stderr.trimEnd().split('\n').at(-1)).toContain('moved/gone-3:1');
    const failed = run.report?.items.filter(({ outcome }) => outcome === 'failed');
    expect(failed).toMatchObject([{ reason: 'not-found' }]);
  });

  it('is left alone for as long as it asks, and asked again', async () => {
    const busy = times(6, isManifest, { kind: 'answer', status: 429, headers: { 'retry-after': '1' } });
    const { workspace, flags, arrived, fronts } = await prepare({ name: 'busy', count: 4, destination: busy });
    const run = await runSync(workspace, flags);
    expect(run.exitCode).toBe(0);
    expect(await arrived()).toBe(4);
    const asked = fronts.destination.requests.filter(isManifest).map(({ at }) => at);
    expect((asked[4] ?? 0) - (asked[0] ?? 0)).toBeGreaterThanOrEqual(1000);
  });

  it('is asked again after 503 and 500 in the middle of a copy', async () => {
    let count = 0;
    const shaky: Decide = ({ method }) => {
      if (method !== 'PUT') return undefined;
      count += 1;
      return count % 3 === 1 ? { kind: 'answer', status: count % 2 === 0 ? 503 : 500 } : undefined;
    };
    const { workspace, flags, arrived } = await prepare({ name: 'shaky', count: 4, destination: shaky });
    const run = await runSync(workspace, flags);
    expect(run.stderr).toContain('trying again');
    expect(run.exitCode).toBe(0);
    expect(await arrived()).toBe(4);
  });
});

describe('content on its way', () => {
  it('is asked for again when the connection is cut in a blob', async () => {
    const cut = times(1, isBlob, { kind: 'cut', afterBytes: 5000 });
    const { workspace, flags, arrived } = await prepare({ name: 'cut', count: 2, bytes: 300_000, source: cut });
    const run = await runSync(workspace, flags);
    expect(run.exitCode).toBe(0);
    expect(await arrived()).toBe(2);
  });

  it('is fetched once more when a bit flipped', async () => {
    // The layer, since newer skopeo mends a config by itself.
    const layer = { digest: '' };
    const isLayer = (request: PassingRequest): boolean => isBlob(request) && request.path.endsWith(layer.digest);
    const flip = times(1, isLayer, { kind: 'flip' });
    const { images, workspace, flags, arrived } = await prepare({ name: 'flip', count: 1, source: flip });
    layer.digest = images[0]?.blobs[1]?.digest ?? '';
    const run = await runSync(workspace, flags);
    expect(run.exitCode).toBe(0);
    expect(run.report?.items[0]?.evidence).toMatchObject({ attempts: 2 });
    expect(await arrived()).toBe(1);
  });

  it('never becomes a tag when it remains wrong', async () => {
    const flip: Decide = (request) =>
      isBlob(request) && request.path.includes('/wrong/app-0/') ? { kind: 'flip' } : undefined;
    const { workspace, flags, arrived } = await prepare({ name: 'wrong', count: 2, source: flip });
    const run = await runSync(workspace, flags);
    expect(run.exitCode).toBe(4);
    expect(run.report?.items.map(({ reason }) => reason)).toEqual(['wrong-content', 'copied']);
    expect(await arrived()).toBe(1);
    expect(await digestOf(scene.destination.host, 'moved/wrong-0:1')).toBeUndefined();
  });

  it('is not copied when a manifest at the source is not the planned one', async () => {
    const flip: Decide = (request) =>
      request.method === 'GET' && request.path.includes('/other/app-0/manifests/') ? { kind: 'flip' } : undefined;
    const { workspace, flags, arrived } = await prepare({ name: 'other', count: 2, source: flip });
    const run = await runSync(workspace, flags);
    expect(run.exitCode).toBe(4);
    expect(run.report?.items.map(({ reason }) => reason)).toEqual(['wrong-content', 'copied']);
    expect(await arrived()).toBe(1);
  });

  it('is asked for again when nothing comes any more', async () => {
    const stall = times(1, isBlob, { kind: 'stall' });
    const { workspace, flags, arrived } = await prepare({ name: 'stall', count: 1, source: stall });
    const run = await runSync(workspace, [...flags, '--stall-timeout=1']);
    expect(run.stderr).toContain('neither read nor wrote');
    expect(run.exitCode).toBe(0);
    expect(await arrived()).toBe(1);
  });
});

describe('a token', () => {
  it('that lives five seconds is renewed for as long as the run takes', async () => {
    const lifetime = 5000;
    const issued = new Map<string, number>();
    const tokenFile = path.join(scene.folder, 'short-lived');
    const issue = async (): Promise<void> => {
      const token = `token-${randomBytes(12).toString('hex')}`;
      issued.set(token, Date.now());
      await writeFile(tokenFile, token);
    };
    const accepts = (token: string): boolean => Date.now() - (issued.get(token) ?? 0) < lifetime;
    const slow: Decide = (request) => (isBlob(request) ? { kind: 'delay', milliseconds: 1200 } : undefined);
    const { workspace, flags, arrived } = await prepare({
      name: 'short',
      count: 4,
      source: requireToken(accepts, slow),
      destination: requireToken(accepts),
    });
    await issue();
    const timer = setInterval(() => void issue(), lifetime * 0.6);
    const kubeconfig = path.join(workspace, '../short-kubeconfig');
    await writeFile(kubeconfig, kubeconfigText({ source: { tokenFile }, destination: { tokenFile } }));
    const login = [`--kubeconfig=${kubeconfig}`, '--source-context=source', '--destination-context=destination'];
    const startedAt = Date.now();
    const run = await runSync(workspace, [...flags, ...login, '--parallel=1']);
    clearInterval(timer);
    expect(Date.now() - startedAt).toBeGreaterThan(lifetime);
    expect(run.stderr).toContain('4 copied');
    expect(run.exitCode).toBe(0);
    expect(await arrived()).toBe(4);
  });

  it('is missing where a context has a client certificate, and the message says what else will do', async () => {
    const { workspace, flags } = await prepare({
      name: 'certificate',
      count: 1,
      destination: requireToken(() => false),
    });
    const kubeconfig = path.join(workspace, '../certificate-kubeconfig');
    await writeFile(kubeconfig, kubeconfigText({ destination: { token: '' } }));
    const run = await runSync(workspace, [...flags, `--kubeconfig=${kubeconfig}`, '--destination-context=destination']);
    expect(run.exitCode).toBe(3);
    expect(run.stderr).toContain('registry-auth');
  });
});

describe('a run that is ended', () => {
  const slow: Decide = (request) => (isBlob(request) ? { kind: 'delay', milliseconds: 700 } : undefined);

  it('stops within two seconds of SIGTERM with exit code 4 and a report, and the next run resumes', async () => {
    const { workspace, flags, arrived } = await prepare({ name: 'term', count: 6, source: slow });
    const child = startSync(workspace, [...flags, '--parallel=2']);
    while ((await arrived()) < 2) await pause(50);
    const at = Date.now();
    child.kill('SIGTERM');
    const { exitCode, stderr } = await child;
    expect(Date.now() - at).toBeLessThan(2000);
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(/interrupted|run again/i);
    const report = await readReport(workspace);
    expect(report?.items.filter(({ reason }) => reason === 'interrupted').length).toBeGreaterThan(0);
    const before = await arrived();
    const again = await runSync(workspace, flags);
    expect(again.exitCode).toBe(0);
    expect(Number(again.results['present-count'])).toBeGreaterThanOrEqual(before);
    expect(await arrived()).toBe(6);
  });

  it('by kill -9 resumes and copies only what is missing', async () => {
    const { workspace, flags, arrived } = await prepare({ name: 'killed', count: 6, source: slow });
    const child = startSync(workspace, [...flags, '--parallel=2']);
    while ((await arrived()) < 3) await pause(50);
    child.kill('SIGKILL');
    await child;
    const before = await arrived();
    const again = await runSync(workspace, flags);
    expect(again.exitCode).toBe(0);
    expect(Number(again.results['present-count'])).toBeGreaterThanOrEqual(before);
    expect(await arrived()).toBe(6);
  });
});

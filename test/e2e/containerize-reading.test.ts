import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { connectStreams } from '../../src/adapters/kube/connect.ts';
import { captureFolder } from '../builders/capture.ts';
import { quietLog } from '../builders/layers.ts';
import { containerSecurity, podSecurity, restricted } from '../../testbed/notebook/objects.ts';
import { publishSceneImage } from '../../testbed/notebook/build-images.ts';
import { openReadingScene, type ReadingScene } from './exports/reading-scene.ts';

let scene: ReadingScene;
let restrictedScene: ReadingScene;
let images: Readonly<Record<'scratch' | 'busybox' | 'minimal' | 'tools', string>>;
const lastLine = (stderr: string): string => stderr.trimEnd().split('\n').at(-1) ?? '';

/** As the user of the image, with files of the same user. */
const fill = 'echo kept > kept; echo own > own; chown 1001 own; chmod 600 own; mkdir sub; chown 1001 sub';
const securityContext = { runAsUser: 1001, runAsGroup: 1001 };

beforeAll(async () => {
  [scene, restrictedScene] = [
    await openReadingScene('cont-snapshot-reading'),
    await openReadingScene('cont-snapshot-restricted', restricted),
  ];
  const [scratch, busybox, minimal, tools] = await Promise.all(
    (['scratch', 'busybox', 'minimal', 'tools'] as const).map(publishSceneImage),
  );
  images = { scratch: scratch ?? '', busybox: busybox ?? '', minimal: minimal ?? '', tools: tools ?? '' };
});

afterAll(() => Promise.all([scene.close(), restrictedScene.close()]));

async function digestOf(run: ReturnType<ReadingScene['containerize']>): Promise<string> {
  const { exitCode, stdout, stderr } = await run;
  expect([exitCode, lastLine(stderr)]).toEqual([0, expect.stringContaining('pushed')]);
  return (JSON.parse(stdout) as { digest: string }).digest;
}

describe.concurrent('a container without the programs to read files', () => {
  it('from scratch: read by a pod or with a debug container, not through it', async () => {
    const pod = {
      name: 'scratch',
      image: images.scratch,
      fillImage: images.busybox,
      command: [],
      fill,
      securityContext,
    };
    await scene.startPod(pod);
    const refused = await scene.containerize('scratch', ['--read-claims=container']);
    expect([refused.exitCode, refused.stderr]).toEqual([3, expect.stringContaining('planning how to read /files')]);

    const read = await digestOf(scene.containerize('scratch'));
    expect(await scene.fileIn('scratch', read, 'files/own')).toBe('own');
    expect(await scene.warningsOf('scratch')).toContainEqual(expect.stringContaining('own file system are missing'));
    expect((await scene.helpers()).filter((each) => each.includes('scratch'))).toEqual([]);

    const debugged = await digestOf(scene.containerize('scratch', ['--debug-container=true']));
    expect(await scene.fileIn('scratch', debugged, 'files/own')).toBe('own');
    expect(await scene.itemsOf('scratch')).toContainEqual(
      expect.objectContaining({ outcome: 'done', reason: 'debug-container-added' }),
    );
    expect(await scene.warningsOf('scratch')).toContainEqual(expect.stringContaining('Kubernetes cannot remove it'));
    // It is listed, and has ended.
    const seen = await scene.kubectl.get(['pod', 'scratch', '-n', scene.namespace]);
    expect(seen).toMatchObject({ status: { ephemeralContainerStatuses: [{ state: { terminated: {} } }] } });
  });

  it('without tar: as before', async () => {
    await scene.startPod({ name: 'minimal', image: images.minimal, fill, securityContext });
    const digest = await digestOf(scene.containerize('minimal'));
    expect(await scene.fileIn('minimal', digest, 'files/own')).toBe('own');
  });

  it('with a debug container, where Pod Security admits restricted pods only', async () => {
    const profile = JSON.stringify({ schemaVersion: 1, library: ['/data'] });
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'closed', annotations: { 'crane-tasks.dev/application-profile': profile } },
      spec: {
        securityContext: podSecurity,
        terminationGracePeriodSeconds: 0,
        containers: [{ name: 'tools', image: images.scratch, securityContext: containerSecurity }],
      },
    };
    const { kubectl, namespace } = restrictedScene;
    await kubectl.apply([pod], namespace);
    await kubectl.run(['wait', '--for=condition=Ready', 'pod/closed', '-n', namespace, '--timeout=60s']);
    const digest = await digestOf(restrictedScene.containerize('closed', ['--debug-container=true']));
    expect(await restrictedScene.fileIn('closed', digest, 'data/note')).toBe('from the image');
  });
});

describe.concurrent('files that are read ten times at once', () => {
  it('give the same layers each time, through the API server and the kubelet', async () => {
    const random = 'for part in 1 2 3 4; do head -c 1048576 /dev/urandom > random$part; done';
    await scene.startPod({ name: 'ten', image: images.tools, fill: random });
    const { kubeconfig, context } = scene.kubectl;
    const streams = await connectStreams({ kubeconfig, context, environment: {}, log: quietLog });
    const container = { namespace: scene.namespace, pod: 'ten', container: 'tools' };
    const folder = await mkdtemp(join(tmpdir(), 'ten-'));
    try {
      const read = async (): Promise<readonly string[]> =>
        captureFolder({
          run: (command, input) => streams.exec(container, command, input),
          folder: '/files',
          scratch: await mkdtemp(join(folder, 'scratch-')),
          // On a busy computer the end of a stream can get lost, which is noticed.
          tries: 4,
        });
      const [first, ...others] = await Promise.all(Array.from({ length: 10 }, read));
      expect(first?.length).toBeGreaterThan(0);
      expect(others).toEqual(Array.from({ length: 9 }, () => first));
    } finally {
      await streams.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe.concurrent('extended attributes', () => {
  // setxattr(2), for which the image has no program.
  const attributes = `${fill}; perl -e 'my ($f, $n, $v) = qw(kept user.origin here);
syscall(qx(uname -m) =~ /x86/ ? 188 : 5, $f, $n, $v, 4, 0) == 0 or die'`;

  it('are lost by the tar of busybox, which the report says, and kept by a pod', async () => {
    await scene.startPod({
      name: 'poor',
      image: images.busybox,
      fillImage: images.tools,
      fill: attributes,
      securityContext,
    });
    await digestOf(scene.containerize('poor'));
    expect(await scene.itemsOf('poor')).toContainEqual(
      expect.objectContaining({ id: 'file /files', reason: 'attributes-lost' }),
    );
    await digestOf(scene.containerize('poor', ['--read-claims=pod']));
    expect(
      (await scene.itemsOf('poor')).filter(({ id, reason }) => id === 'file /files' && reason === 'attributes-lost'),
    ).toEqual([]);
  });
});

// A quota refuses pods of the other tests too.
describe('a pod that reads claims', () => {
  it('is refused by a quota with this cause, and nothing is left', async () => {
    await scene.startPod({ name: 'full', image: images.busybox, fill });
    const quota = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'full' },
      spec: { hard: { 'requests.cpu': '1m' } },
    };
    await scene.kubectl.apply([quota], scene.namespace);
    await expect
      .poll(() => scene.kubectl.get(['quota', 'full', '-n', scene.namespace]), { timeout: 20_000 })
      .toMatchObject({ status: { hard: {} } });
    const { exitCode, stderr } = await scene.containerize('full', ['--read-claims=pod']);
    await scene.kubectl.run(['delete', 'quota', 'full', '-n', scene.namespace]);
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining('a ResourceQuota of the namespace refuses it')]);
    expect(stderr).toContain('Raise the quota');

    const digest = await digestOf(scene.containerize('full', ['--include-workspace=false']));
    expect(await scene.fileIn('full', digest, 'files/own')).toBe('');
  });

  it('cannot have a claim that one pod alone may use', async () => {
    await scene.startPod({ name: 'alone', image: images.busybox, fill, accessMode: 'ReadWriteOncePod' });
    const { exitCode, stderr } = await scene.containerize('alone', ['--read-claims=pod']);
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining('ReadWriteOncePod, so only one pod may use it')]);
    expect(stderr).toContain('snapshots=required');
  });
});

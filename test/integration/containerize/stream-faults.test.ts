import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openPodFiles } from '../../../src/adapters/container-files/open-files.ts';
import type { ExecTiming } from '../../../src/adapters/kube/exec.ts';
import { TaskError } from '../../../src/domain/core/errors.ts';
import { bundleRun } from '../../../bench/bundle-run.ts';
import { measure } from '../../../bench/measure.ts';
import { captureFolder } from '../../builders/capture.ts';
import { useAreaScene } from '../../builders/area-scene.ts';
import { runWith } from '../../builders/container-tools.ts';
import { runCommands, runThrough, startStreamServer, type StreamServer } from '../../builders/stream-server.ts';
import { startSlowLink, type LinkCut, type SlowLink, type SlowLinkOptions } from '../../fakes/slow-link.ts';

const container = { namespace: 'course', pod: 'lab-0', container: 'lab' };
const mebibyte = 1024 * 1024;
/** Load balancers break a silent connection after half a minute or more, and pings come each 20 s: here 30 times as often. */
const impatient = 1000;
const pinging: ExecTiming = { ping: 660, silence: 60_000 };
/** Of the process that reads, at a source that has 400 MiB more than its sink takes. */
const mostMebibytes = 150;

const { scene, area } = useAreaScene();
let api: StreamServer;
let link: SlowLink | undefined;

beforeEach(async () => {
  api = await startStreamServer();
  runCommands(api, runWith());
});

afterEach(async () => {
  await link?.stop();
  api.close();
});

/** Half of it can be compressed. */
function fill(mebibytes: number): void {
  const script = 'head -c "$1" /dev/urandom > "$2" && head -c "$1" /dev/zero >> "$2"';
  for (let index = 0; index < 8; index += 1) {
    const name = path.join(area.folder, `file${String(index)}`);
    execFileSync('sh', ['-ec', script, 'sh', String((mebibytes * mebibyte) / 16), name]);
  }
}

async function connect(options: SlowLinkOptions): Promise<string> {
  link = await startSlowLink(api.host, options);
  return link.host;
}

async function buildThrough(host: string, tries = 1): Promise<readonly string[]> {
  const scratch = mkdtempSync(path.join(scene.base, 'scratch-'));
  try {
    return await captureFolder({ run: runThrough(host, container), folder: area.folder, scratch, tries });
  } finally {
    expect(readdirSync(scratch)).toEqual([]);
  }
}

describe('files through a slow link', () => {
  it('are the same ten times', async () => {
    fill(8);
    const expected = await buildThrough(api.host);
    const host = await connect({ bytesPerSecond: 5 * mebibyte });
    const started = performance.now();
    const found = await Promise.all(Array.from({ length: 10 }, () => buildThrough(host)));
    expect(performance.now() - started).toBeGreaterThan(1600);
    expect(link?.bytes()).toBeGreaterThan(80 * mebibyte);
    expect(found).toEqual(Array.from({ length: 10 }, () => expected));
  });

  it('become no layer where the link ends early', async () => {
    fill(2);
    const cuts: LinkCut[] = [];
    // Connections of small commands pass: they end before.
    const host = await connect({ cut: () => cuts[0] });
    for (let turn = 1; turn <= 20; turn += 1) {
      const after = Math.floor((turn * 2 * mebibyte) / 21) + 10_000;
      cuts[0] = { after, ending: turn % 2 === 0 ? 'closed' : 'broken' };
      const error: unknown = await buildThrough(host).catch((reason: unknown) => reason);
      expect([after, error instanceof TaskError ? error.code : error]).toEqual([after, 'incomplete']);
    }
    expect(link?.cuts()).toBe(20);
  });
});

describe.each(['closed', 'broken'] as const)('a link that is %s in the middle', (ending) => {
  it('costs another try, and the layers are the same', async () => {
    fill(2);
    const expected = await buildThrough(api.host);
    const cut = { after: mebibyte, ending };
    const host = await connect({ cut: () => ((link?.cuts() ?? 0) < 2 ? cut : undefined) });
    expect(await buildThrough(host, 3)).toEqual(expected);
    expect(link?.cuts()).toBe(2);
  });
});

describe('a connection that cannot be opened for the files', () => {
  it('costs another try, and the layers are the same', async () => {
    fill(1);
    const expected = await buildThrough(api.host);
    const scratch = mkdtempSync(path.join(scene.base, 'scratch-'));
    const through = runThrough(api.host, container);
    let left = 2;
    const run: typeof through = (command, input) => {
      const isReading = command.some((argument) => argument.includes('crane-tasks status'));
      if (!isReading || left === 0) return through(command, input);
      left -= 1;
      // Nothing listens at this port.
      return runThrough('127.0.0.1:1', container)(command, input);
    };
    expect(await captureFolder({ run, folder: area.folder, scratch, tries: 3 })).toEqual(expected);
    expect(left).toBe(0);
  });
});

describe.each(['closed', 'broken'] as const)(
  'a link that is %s while programs are looked for and files are listed',
  (ending) => {
    const names = Array.from({ length: 400 }, (_, index) => `file-with-a-long-name-${String(index)}`);

    async function listThrough(cutConnections: readonly number[]): Promise<readonly string[]> {
      for (const name of names) writeFileSync(path.join(area.folder, name), name);
      let connections = 0;
      const host = await connect({
        cut: () => {
          connections += 1;
          // After the answer that opens the connection, and before the end of either list.
          return cutConnections.includes(connections) ? { after: 1000, ending } : undefined;
        },
      });
      const files = await openPodFiles({ run: runThrough(host, container), name: 'the pod' });
      const { entries } = await files.list([area.folder]);
      return entries.map((entry) => path.basename(entry.path));
    }

    it('costs another try, and the list is the same', async () => {
      const found = await listThrough([1, 3, 4]);
      expect(found).toHaveLength(names.length + 1);
      expect(found).toEqual(expect.arrayContaining(names));
      expect(link?.cuts()).toBe(3);
    });

    it('ends the run when it breaks each time', async () => {
      await expect(listThrough([2, 3, 4])).rejects.toMatchObject({ code: 'unreachable' });
    });
  },
);

describe('an API server that cannot be reached at first', () => {
  it.each([
    [2, undefined],
    [3, 'unreachable'],
  ])('is asked three times at most: %i failures', async (failures, code) => {
    let left = failures;
    const run: ReturnType<typeof runThrough> = (command, input) => {
      left -= 1;
      // Nothing listens at this port.
      return runThrough(left < 0 ? api.host : '127.0.0.1:1', container)(command, input);
    };
    const opened = await openPodFiles({ run, name: 'the pod' }).catch((error: unknown) => error);
    expect(opened instanceof TaskError ? opened.code : undefined).toBe(code);
  });
});

describe('a link that breaks a connection without traffic', () => {
  const silent = ['sh', '-c', 'sleep 2.5; echo done'];

  it('keeps one of a command that says nothing', async () => {
    const host = await connect({ silence: impatient });
    const running = await runThrough(host, container, pinging)(silent);
    expect((await buffer(running.stdout)).toString()).toBe('done\n');
    expect(await running.ended).toMatchObject({ exitCode: 0 });
    expect(link?.cuts()).toBe(0);
  });

  it('keeps one whose output waits', async () => {
    const host = await connect({ silence: impatient });
    const command = ['head', '-c', '40000000', '/dev/zero'];
    const running = await runThrough(host, container, pinging)(command);
    let bytes = 0;
    for await (const piece of running.stdout) {
      if (bytes === 0) await new Promise((resolve) => setTimeout(resolve, 2.5 * impatient));
      bytes += piece.length;
    }
    expect([bytes, (await running.ended).exitCode, link?.cuts()]).toEqual([40_000_000, 0, 0]);
  });

  it('would break one without pings, which is a failure and not an end', async () => {
    const host = await connect({ silence: impatient });
    const running = await runThrough(host, container, { ping: 60_000, silence: 60_000 })(silent);
    await expect(running.ended).rejects.toMatchObject({ code: 'unreachable' });
    expect(link?.cuts()).toBe(1);
  });
});

describe('a sink of 1 MB/s', () => {
  it('makes the source wait, not the memory grow', async () => {
    execFileSync('truncate', ['--size=400M', path.join(area.folder, 'large')]);
    // Content without holes.
    execFileSync('fallocate', ['--length=400M', path.join(area.folder, 'large')]);
    const program = await bundleRun('capture-run', area.folder);
    const host = await connect({});
    const scratch = mkdtempSync(path.join(scene.base, 'scratch-'));
    const args = [host, area.folder, scratch, '1000000', '5', path.join(scratch, 'digests')];
    const { exitCode, peakMebibytes } = await measure([process.execPath, program, ...args]);
    expect(exitCode).toBe(0);
    expect(peakMebibytes).toBeGreaterThan(50);
    expect(peakMebibytes).toBeLessThan(mostMebibytes);
    expect(link?.bytes()).toBeLessThan(40 * mebibyte);
  });
});

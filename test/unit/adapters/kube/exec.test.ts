import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { ExecTiming } from '../../../../src/adapters/kube/exec.ts';
import { TaskError } from '../../../../src/domain/core/errors.ts';
import {
  channels,
  message,
  runThrough,
  startStreamServer,
  success,
  type StreamServer,
} from '../../../builders/stream-server.ts';

const container = { namespace: 'shop', pod: 'web-1', container: 'web' };

let api: StreamServer;
let refuse: number | undefined;
const stop = new AbortController();

beforeEach(async () => {
  refuse = undefined;
  api = await startStreamServer({ refuse: () => refuse, signal: stop.signal });
});

afterEach(() => api.close());

async function started(command: readonly string[] = ['cat'], input?: Uint8Array) {
  const accepted = api.accept();
  const running = await api.streams.exec(container, command, input);
  return { running, ...(await accepted) };
}

/** The same with other times. */
async function startedWith(timing: ExecTiming) {
  const accepted = api.accept();
  const running = await runThrough(api.host, container, timing)(['cat']);
  return { running, ...(await accepted) };
}

async function failureOf(ended: Promise<unknown>): Promise<TaskError> {
  const error: unknown = await ended.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof TaskError) return error;
  throw new Error(`expected a TaskError, got ${String(error)}`);
}

describe('a command in a container', () => {
  it('has its arguments as they are', async () => {
    const { url, running } = await started(['sh', '-c', 'echo "$1" & é\n', 'a b']);
    expect(url.pathname).toBe('/api/v1/namespaces/shop/pods/web-1/exec');
    expect(url.searchParams.getAll('command')).toEqual(['sh', '-c', 'echo "$1" & é\n', 'a b']);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({ container: 'web', stdin: 'false', tty: 'false' });
    running.stop();
  });

  it('succeeds with the status, and keeps what it said on stderr', async () => {
    const { kubelet, running } = await started();
    for (const part of ['a', 'b']) kubelet.send(message('stdout', part));
    const [first, second] = [Buffer.from('wärn').subarray(0, 2), Buffer.from('wärn').subarray(2)];
    for (const part of [first, second]) kubelet.send(message('stderr', part));
    kubelet.send(message('status', success));
    expect((await buffer(running.stdout)).toString()).toBe('ab');
    expect(await running.ended).toEqual({ exitCode: 0, stderr: 'wärn' });
  });

  it('ends with its exit code', async () => {
    const { kubelet, running } = await started();
    const causes = [{ reason: 'ExitCode', message: '2' }];
    kubelet.send(message('status', JSON.stringify({ status: 'Failure', details: { causes } })));
    expect(await buffer(running.stdout)).toHaveLength(0);
    expect(await running.ended).toMatchObject({ exitCode: 2 });
  });

  it('fails where the container has no such program', async () => {
    const { kubelet, running } = await started();
    const text = 'exec: "sh": executable file not found in $PATH';
    kubelet.send(message('status', JSON.stringify({ status: 'Failure', message: text })));
    expect(await failureOf(running.ended)).toMatchObject({ code: 'program-missing' });
  });

  it('gets its input, and the end of it', async () => {
    const { kubelet, running } = await started(['cat'], Buffer.alloc(100_000, 'x'));
    const received: Buffer[] = [];
    kubelet.on('message', (part: Buffer) => received.push(part));
    await expect.poll(() => received.at(-1)?.[0]).toBe(channels.close);
    expect(received.at(-1)).toEqual(Buffer.from([channels.close, channels.stdin]));
    const parts = received.slice(0, -1);
    expect(parts.every((part) => part[0] === channels.stdin)).toBe(true);
    expect(Buffer.concat(parts.map((part) => part.subarray(1)))).toHaveLength(100_000);
    running.stop();
  });

  it('keeps its connection after its input on a server that cannot say that it ended', async () => {
    api.close();
    api = await startStreamServer({ protocol: 'v4.channel.k8s.io' });
    const { kubelet, running } = await started(['cat'], Buffer.from('x'));
    const [first] = (await once(kubelet, 'message')) as [Buffer];
    expect(first.toString('latin1')).toBe('\u0000x');
    kubelet.send(message('status', success));
    expect(await buffer(running.stdout)).toHaveLength(0);
    expect(await running.ended).toMatchObject({ exitCode: 0 });
  });

  it('waits while its output is not read', async () => {
    const { kubelet, running } = await started();
    for (let index = 0; index < 500; index += 1) kubelet.send(message('stdout', Buffer.alloc(65_536)));
    kubelet.send(message('status', success));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(kubelet.bufferedAmount).toBeGreaterThan(10_000_000);
    expect(await buffer(running.stdout)).toHaveLength(500 * 65_536);
    expect(await running.ended).toMatchObject({ exitCode: 0 });
  });
});

describe('a connection', () => {
  it.each([
    ['closed in an orderly way', 1000],
    ['cut', undefined],
  ])('that was %s before the status is a failure', async (_what, code) => {
    const { kubelet, running } = await started();
    kubelet.send(message('stdout', 'half'), () => {
      if (code === undefined) kubelet.terminate();
      else kubelet.close(code);
    });
    expect(await failureOf(buffer(running.stdout))).toMatchObject({ code: 'unreachable' });
    expect(await failureOf(running.ended)).toMatchObject({ code: 'unreachable' });
  });

  it('is never silent for long', async () => {
    const { kubelet, running } = await startedWith({ ping: 20, silence: 60_000 });
    await once(kubelet, 'ping');
    await once(kubelet, 'ping');
    kubelet.send(message('status', success));
    expect(await buffer(running.stdout)).toHaveLength(0);
  });

  it('that does not answer is given up, but not while the output is not read', async () => {
    const { kubelet, running } = await startedWith({ ping: 20, silence: 60_000 });
    for (let index = 0; index < 500; index += 1) kubelet.send(message('stdout', Buffer.alloc(65_536)));
    await new Promise((resolve) => setTimeout(resolve, 300));
    kubelet.pause();
    expect(await failureOf(buffer(running.stdout))).toMatchObject({ code: 'unreachable' });
  });

  it('without any output for too long is given up', async () => {
    const { running } = await startedWith({ ping: 20, silence: 50 });
    expect(await failureOf(running.ended)).toMatchObject({ code: 'timeout' });
  });

  it('ends when its output is not needed', async () => {
    const { kubelet, running } = await started();
    const closed = once(kubelet, 'close');
    running.stop();
    await closed;
    expect(await failureOf(running.ended)).toMatchObject({ code: 'interrupted' });
  });

  it.each([
    [401, 'forbidden'],
    [403, 'forbidden'],
    [404, 'cluster-refused'],
    [500, 'unreachable'],
  ])('refused with status %i is a failure with %s', async (status, code) => {
    refuse = status;
    const error = await failureOf(api.streams.exec(container, ['cat']));
    expect(error.code).toBe(code);
    if (status === 403) expect(error.remedy).toContain('create on pods/exec in namespace shop');
  });

  it('ends with the run', async () => {
    const { running } = await started();
    stop.abort();
    expect(await failureOf(running.ended)).toMatchObject({ code: 'interrupted' });
    const accepted = api.accept();
    expect(await failureOf((await api.streams.exec(container, ['cat'])).ended)).toMatchObject({ code: 'interrupted' });
    await accepted;
  });
});

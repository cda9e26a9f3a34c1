import { describe, expect, it } from 'vitest';

import { withHooks } from '../../../../src/usecases/containerize/run-hooks.ts';
import { silentLog } from '../../../fakes/silent-log.ts';

const place = { namespace: 'shop', pod: 'lab-0', container: 'lab' };
const hooks = {
  before: { command: ['freeze'], timeoutSeconds: 10 },
  after: { command: ['thaw'], timeoutSeconds: 3600 },
};

/** Runs work between hooks that end with these exit codes. */
function scene(codes: Readonly<Record<string, number>> = {}) {
  const done: string[] = [];
  const note = (text: string): Promise<string> => {
    done.push(text);
    return Promise.resolve('image');
  };
  const items: Parameters<typeof withHooks>[0]['items'] = [];
  const grace: number[] = [];
  const log = { ...silentLog(), warn: (text: string) => void done.push(`warned ${text}`) };
  const run = (work: () => Promise<string>, declared: Parameters<typeof withHooks>[0]['hooks'] = hooks) =>
    withHooks(
      { hooks: declared, place, items, discard: (result: string) => note(`discarded ${result}`).then(() => undefined) },
      work,
      {
        log,
        allowTimeToStop: (milliseconds) => void grace.push(milliseconds),
        runHook: (_place, { command: [name = ''] }, isLast) => {
          done.push(`${name}${isLast ? ' last' : ''}`);
          return Promise.resolve({ exitCode: codes[name] ?? 0, output: `${name} said it\n` });
        },
      },
    );
  return { done, note, items, grace, run };
}

describe('hooks', () => {
  it('run before and after the work, and the report has what they printed', async () => {
    const { done, note, items, grace, run } = scene();
    expect(await run(() => note('work'))).toBe('image');
    expect(done).toEqual(['freeze', 'work', 'thaw last']);
    expect(items).toEqual([
      { id: 'hook before', outcome: 'done', reason: 'hook-ran', message: 'freeze said it' },
      { id: 'hook after', outcome: 'done', reason: 'hook-ran', message: 'thaw said it' },
    ]);
    // Kubernetes kills after 30 s.
    expect(grace).toEqual([25_000, 0]);
  });

  it('that a profile does not have do nothing', async () => {
    const { done, run } = scene();
    expect(await run(() => Promise.resolve('image'), {})).toBe('image');
    expect(done).toEqual([]);
  });

  it('run after work that failed, and its error counts', async () => {
    const { done, run } = scene({ thaw: 2 });
    await expect(run(() => Promise.reject(new Error('full')))).rejects.toThrow('full');
    expect(done).toEqual(['freeze', 'thaw last', expect.stringContaining('exit code 2: thaw said it')]);
  });

  it('run after a first one that failed, without the work', async () => {
    const { done, note, run } = scene({ freeze: 3 });
    await expect(run(() => note('work'))).rejects.toMatchObject({ code: 'program-broke' });
    expect(done).toEqual(['freeze', 'thaw last']);
  });

  it('that fail at the end discard the work', async () => {
    const { done, run } = scene({ thaw: 1 });
    await expect(run(() => Promise.resolve('image'))).rejects.toThrow(/after-hook .*exit code 1: thaw said it/);
    expect(done).toEqual(['freeze', 'thaw last', 'discarded image']);
  });
});

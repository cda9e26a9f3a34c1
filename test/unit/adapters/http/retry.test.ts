import { expect, it } from 'vitest';

import { retry, type Attempt } from '../../../../src/adapters/http/retry.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';

const ignore = (): void => undefined;
const log = { redactor: new Redactor(), debug: ignore, info: ignore, warn: ignore, progress: ignore, item: ignore };
const policy = { budget: 10_000, mostTries: 4, backoff: { first: 100, longest: 400 } };

/** What came of tries that end like this, one after the other, and the pauses between them. */
async function tryAll(...ends: readonly Attempt<string>[]): Promise<{ ending: unknown; pauses: readonly number[] }> {
  const pauses: number[] = [];
  const left = [...ends];
  const pause = (milliseconds: number): Promise<void> => {
    pauses.push(milliseconds);
    return Promise.resolve();
  };
  const next = (): Promise<Attempt<string>> =>
    Promise.resolve(left.shift() ?? { kind: 'failed', error: new Error('asked too often'), retry: 'never' });
  const ending = await retry(next, { policy, pause, log }).catch((error: unknown) => (error as Error).message);
  return { ending, pauses };
}

const error = new Error('busy');
const later = { kind: 'failed', error, retry: 'later' } as const;
const done = { kind: 'done', value: 'done' } as const;

it('pauses between tries, as long as the server asks or longer', async () => {
  const { ending, pauses } = await tryAll(later, { ...later, retryAfter: 2000 }, done);
  expect(ending).toBe('done');
  expect(pauses).toHaveLength(2);
  expect(pauses[1]).toBeGreaterThanOrEqual(2000);
});

it('does not pause before a try for which something was changed', async () => {
  expect(await tryAll({ ...later, retry: 'at-once' }, done)).toEqual({ ending: 'done', pauses: [] });
});

it('throws what no try can help', async () => {
  expect(await tryAll({ ...later, retry: 'never' }, done)).toEqual({ ending: 'busy', pauses: [] });
});

it('gives up after some tries, or when the budget does not allow another', async () => {
  expect(await tryAll(later, later, later, later, done)).toMatchObject({ ending: 'busy' });
  expect(await tryAll({ ...later, retryAfter: 20_000 }, done)).toEqual({ ending: 'busy', pauses: [] });
});

it('ends when the pause is interrupted', async () => {
  const pause = (): Promise<void> => Promise.reject(new Error('stopped'));
  await expect(retry(() => Promise.resolve(later), { policy, pause, log })).rejects.toThrow('stopped');
});

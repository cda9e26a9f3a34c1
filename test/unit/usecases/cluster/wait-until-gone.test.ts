import { describe, expect, it } from 'vitest';

import { knownKinds } from '../../../../src/domain/kube/known-kinds.ts';
import { waitUntilGone } from '../../../../src/usecases/cluster/wait-until-gone.ts';
import { aClusterWith } from '../../../builders/cluster.ts';
import { refusal } from '../../../fakes/memory-cluster.ts';

const leaving = { ref: { kind: knownKinds.pods, namespace: 'shop', name: 'web' }, uid: 'first' };
const pod = (uid: string, name = 'web') => ({ metadata: { name, namespace: 'shop', uid } });

/** How often an object is looked at until it counts as gone; undefined: it never does. */
async function looks(answer: (look: number) => unknown): Promise<number | undefined> {
  let asked = 0;
  const cluster = aClusterWith(() => Promise.resolve().then(() => answer((asked += 1))));
  const sleep = (): Promise<void> => Promise.resolve();
  const there = await waitUntilGone([leaving], { cluster, sleep, isLate: () => asked >= 5 });
  return there.has(leaving) ? undefined : asked;
}

describe('waiting until an object is gone', () => {
  it('ends when there is none, or another one with its name', async () => {
    const gone = looks((look) => {
      if (look < 3) return pod('first');
      throw refusal(404, 'NotFound', 'gone');
    });
    expect(await gone).toBe(3);
    expect(await looks((look) => pod(look < 2 ? 'first' : 'second'))).toBe(2);
  });

  it('gives what is still there in the end, also when the server answers another object', async () => {
    expect(await looks(() => pod('first'))).toBeUndefined();
    expect(await looks(() => pod('second', 'other'))).toBeUndefined();
  });

  it('ends with a refusal', async () => {
    const refused = looks(() => {
      throw refusal(403, 'Forbidden', 'no');
    });
    await expect(refused).rejects.toMatchObject({ status: 403 });
  });
});

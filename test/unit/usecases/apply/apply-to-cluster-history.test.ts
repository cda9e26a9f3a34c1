import { describe, expect, it } from 'vitest';

import type { Resource } from '../../../../src/domain/kube/resource.ts';
import { openCreationJournal } from '../../../../src/usecases/apply/creation-journal.ts';
import { aHost } from '../../../builders/host.ts';
import { aResource } from '../../../builders/transform.ts';
import { apply, refusal, type Answer } from '../../../fakes/memory-cluster.ts';

const settings = aResource('v1 ConfigMap', 'settings', { data: { a: '1' } });
const collection = '/api/v1/namespaces/shop/configmaps';

/** Runs one apply after the other on the same folder. */
function aFolder() {
  const host = aHost();
  return async (answer: Answer, resources: readonly Resource[] = [settings]) => {
    const place = { folder: host.openFolder('/output'), task: 'kubectl-apply-files' };
    const journal = await openCreationJournal(place, { log: host.log, makeList: () => [] });
    const { outcome } = await apply(resources, answer, { journal });
    return outcome.items.map(({ reason, evidence }) => [reason, evidence?.['origin'], evidence?.['uid']]);
  };
}

function isThere(uid: string, answerToPatch: () => unknown): Answer {
  const metadata = { name: 'settings', namespace: 'shop', uid, resourceVersion: '7' };
  return ({ method, path }) => {
    if (method === 'PATCH') return answerToPatch();
    return path === collection ? { items: [{ metadata }], metadata: {} } : undefined;
  };
}

function patched(uid: string, resourceVersion = '7'): () => Resource {
  const metadata = { name: 'settings', namespace: 'shop', uid, resourceVersion };
  return () => ({ ...settings, metadata });
}

const creates: Answer = ({ method }) => (method === 'PATCH' ? patched('u-1')() : undefined);
const conflict = (): never => {
  throw refusal(409, 'Conflict', 'conflict with "kubectl"');
};

describe('the history of an object over several runs on a folder', () => {
  it('remains in the report when a later run is refused', async () => {
    const run = aFolder();
    expect(await run(creates)).toEqual([['created', undefined, 'u-1']]);
    expect(await run(isThere('u-1', conflict))).toEqual([['conflict', 'created', 'u-1']]);
    expect(await run(isThere('u-1', conflict))).toEqual([['conflict', 'created', 'u-1']]);
  });

  it('is that it was created, also when a later run changed it', async () => {
    const run = aFolder();
    await run(creates);
    expect(await run(isThere('u-1', patched('u-1', '8')))).toEqual([['changed', 'created', 'u-1']]);
    expect(await run(isThere('u-1', patched('u-1')))).toEqual([['unchanged', 'created', 'u-1']]);
  });

  it('is that it was changed, also when a later run left it as it was', async () => {
    const run = aFolder();
    expect(await run(isThere('u-9', patched('u-9', '8')))).toEqual([['changed', undefined, 'u-9']]);
    expect(await run(isThere('u-9', patched('u-9')))).toEqual([['unchanged', 'changed', 'u-9']]);
  });

  it('ends with the object: another one of its name was there before', async () => {
    const run = aFolder();
    await run(creates);
    expect(await run(isThere('u-2', patched('u-2')))).toEqual([['unchanged', undefined, 'u-2']]);
  });

  it('is empty for an object that no run could apply', async () => {
    const run = aFolder();
    expect(await run(isThere('u-1', conflict))).toEqual([['conflict', undefined, undefined]]);
  });
});

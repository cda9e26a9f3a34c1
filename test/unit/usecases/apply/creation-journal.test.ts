import { describe, expect, it } from 'vitest';

import { TaskError } from '../../../../src/domain/errors.ts';
import type { Applied } from '../../../../src/usecases/apply/apply-object.ts';
import { openCreationJournal, type CreationJournal } from '../../../../src/usecases/apply/creation-journal.ts';
import { aHost } from '../../../builders/host.ts';

const path = '/api/v1/namespaces/shop/configmaps/settings';
const born = '2026-01-01T00:00:00Z';

function live(uid: string, time = born): Applied['live'] {
  return { metadata: { uid, creationTimestamp: born, managedFields: [{ manager: 'crane-tasks', time }] } };
}

function open(host = aHost()): Promise<CreationJournal> {
  return openCreationJournal(host.openFolder('/kustomize'), 'kubectl-apply-kustomize', host.log);
}

describe('the journal of what was created', () => {
  it('tells the next run what this one created', async () => {
    const host = aHost();
    const first = await open(host);
    await first.expect([path]);
    await first.confirm([{ path, uid: 'u-1' }]);
    expect(first.wasCreated(path, { verdict: 'created', live: live('u-1') })).toBe(false);
    const second = await open(host);
    expect(second.wasCreated(path, { verdict: 'changed', live: live('u-1') })).toBe(true);
    expect(second.wasCreated(path, { verdict: 'unchanged', live: live('u-2') })).toBe(false);
    expect(second.wasCreated(`${path}-2`, { verdict: 'unchanged', live: live('u-1') })).toBe(false);
  });

  it('knows what a killed run created by who wrote it first, as long as nothing was written since', async () => {
    const host = aHost();
    await (await open(host)).expect([path]);
    const second = await open(host);
    expect(second.wasCreated(path, { verdict: 'unchanged', live: live('u-1') })).toBe(true);
    expect(second.wasCreated(path, { verdict: 'unchanged', live: live('u-1', '2026-01-02T00:00:00Z') })).toBe(false);
    expect(second.wasCreated(path, { verdict: 'changed', live: live('u-1') })).toBe(false);
    expect(second.wasCreated(path, { verdict: 'unchanged', live: { metadata: { uid: 'u-1' } } })).toBe(false);
  });

  it('is not written when there is nothing to note, and passes over lines that it cannot read', async () => {
    const host = aHost();
    const journal = await open(host);
    await journal.expect([]);
    await journal.confirm([]);
    expect([...host.files]).toEqual([]);
    await host.openFolder('/kustomize').write('reports/kubectl-apply-kustomize.created', 'broken\n[1,2]\n');
    expect((await open(host)).wasCreated(path, { verdict: 'unchanged', live: live('u-1') })).toBe(false);
  });

  it('does not stop a run when it cannot be written, but says so', async () => {
    const host = aHost();
    const full = new TaskError('disk-full', 'writing: no room', { remedy: 'Make room.' });
    const folder = { ...host.openFolder('/kustomize'), write: () => Promise.reject(full) };
    const journal = await openCreationJournal(folder, 'kubectl-apply-files', host.log);
    await journal.expect([path]);
    expect(host.warnings.join('')).toContain('no room');
    const broken = { ...folder, write: () => Promise.reject(new Error('defect')) };
    const other = await openCreationJournal(broken, 'kubectl-apply-files', host.log);
    await expect(other.expect([path])).rejects.toThrow('defect');
  });
});

import { describe, expect, it } from 'vitest';

import type { Folder } from '../../../../src/domain/core/ports.ts';
import { TaskError } from '../../../../src/domain/core/errors.ts';
import type { Applied } from '../../../../src/usecases/apply/apply-object.ts';
import { openCreationJournal, type CreationJournal } from '../../../../src/usecases/apply/creation-journal.ts';
import { aHost } from '../../../builders/host.ts';

const path = '/api/v1/namespaces/shop/configmaps/settings';
const identity = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'settings' };
const born = '2026-01-01T00:00:00Z';

function live(uid: string, time = born): Applied['live'] {
  const managedFields = [{ manager: 'crane-tasks', operation: 'Apply', time }];
  return { metadata: { uid, creationTimestamp: born, managedFields } };
}

function recorded(operation: string, more: Readonly<Record<string, string>> = {}) {
  const evidence = { ...identity, uid: 'u-1', resourceVersion: '7', contentDigest: 'sha256:1', operation, ...more };
  return { path, evidence };
}

function openIn(folder: Folder, { log }: ReturnType<typeof aHost>): Promise<CreationJournal> {
  return openCreationJournal({ folder, task: 'kubectl-apply-kustomize' }, { log, makeList: () => [] });
}

function open(host = aHost()): Promise<CreationJournal> {
  return openIn(host.openFolder('/kustomize'), host);
}

describe('the journal of what was created', () => {
  it('gives the next run what this one created', async () => {
    const host = aHost();
    const first = await open(host);
    await first.expect([{ path, evidence: identity }]);
    await first.confirm([recorded('created')]);
    expect(first.originOf(path, { verdict: 'created', live: live('u-1') })).toBeUndefined();
    const second = await open(host);
    expect(second.originOf(path, { verdict: 'changed', live: live('u-1') })).toBe('created');
    expect(second.originOf(path, { verdict: 'unchanged', live: live('u-2') })).toBeUndefined();
    expect(second.originOf(`${path}-2`, { verdict: 'unchanged', live: live('u-1') })).toBeUndefined();
    expect(second.evidenceOf(path)).toEqual({
      ...identity,
      uid: 'u-1',
      resourceVersion: '7',
      contentDigest: 'sha256:1',
      origin: 'created',
    });
    expect(second.evidenceOf(`${path}-2`)).toBeUndefined();
  });

  it('gives the next run what this one only changed, and not what it left as it was', async () => {
    const host = aHost();
    await (await open(host)).confirm([recorded('changed')]);
    const second = await open(host);
    expect(second.originOf(path, { verdict: 'unchanged', live: live('u-1') })).toBe('changed');
    const other = aHost();
    await (await open(other)).confirm([recorded('unchanged')]);
    expect([...other.files]).toEqual([]);
  });

  it('keeps the creation, with the present content, when a later run changes the object', async () => {
    const host = aHost();
    await (await open(host)).confirm([recorded('created')]);
    await (await open(host)).confirm([recorded('changed', { origin: 'created', contentDigest: 'sha256:2' })]);
    expect((await open(host)).evidenceOf(path)).toMatchObject({ origin: 'created', contentDigest: 'sha256:2' });
  });

  it('takes an object that was recreated for a creation when its predecessor was one', async () => {
    const host = aHost();
    await (await open(host)).confirm([recorded('created')]);
    const second = await open(host);
    const recreated = (formerUid: string): Applied => ({ verdict: 'recreated', live: live('u-2'), formerUid });
    expect(second.originOf(path, recreated('u-1'))).toBe('created');
    expect(second.originOf(path, recreated('u-0'))).toBeUndefined();
  });

  it('knows what a killed run created by who wrote it first, as long as nothing was written since', async () => {
    const host = aHost();
    await (await open(host)).expect([{ path, evidence: identity }]);
    const second = await open(host);
    expect(second.originOf(path, { verdict: 'unchanged', live: live('u-1') })).toBe('created');
    expect(second.originOf(path, { verdict: 'unchanged', live: live('u-1', '2026-01-02T00:00:00Z') })).toBeUndefined();
    expect(second.originOf(path, { verdict: 'changed', live: live('u-1') })).toBeUndefined();
    expect(second.originOf(path, { verdict: 'unchanged', live: { metadata: { uid: 'u-1' } } })).toBeUndefined();
    expect(second.evidenceOf(path)).toBeUndefined();
  });

  it('is not written when there is nothing to record, and skips lines that it cannot read', async () => {
    const host = aHost();
    const journal = await open(host);
    await journal.expect([]);
    await journal.confirm([]);
    expect([...host.files]).toEqual([]);
    await host.openFolder('/kustomize').write('reports/kubectl-apply-kustomize.created', 'broken\n[1,2]\n');
    expect((await open(host)).originOf(path, { verdict: 'unchanged', live: live('u-1') })).toBeUndefined();
  });

  it('does not stop a run when it cannot be written, but says so', async () => {
    const host = aHost();
    const full = new TaskError('disk-full', 'writing: no room', { remedy: 'Make room.' });
    const folder = { ...host.openFolder('/kustomize'), writeParts: () => Promise.reject(full) };
    const journal = await openIn(folder, host);
    await journal.expect([{ path, evidence: identity }]);
    expect(host.warnings.join('')).toContain('no room');
    const broken = { ...folder, writeParts: () => Promise.reject(new Error('defect')) };
    const other = await openIn(broken, host);
    await expect(other.expect([{ path, evidence: identity }])).rejects.toThrow('defect');
  });

  it('has one line for each object, sorted, with what was recorded last', async () => {
    const host = aHost();
    const other = { ...recorded('created'), path: `${path}-2` };
    const before = { ...recorded('created'), path: path.slice(0, -1) };
    const first = await open(host);
    await first.expect([other, { path, evidence: identity }, before]);
    await first.confirm([other, recorded('created'), before]);
    await (await open(host)).confirm([recorded('changed', { origin: 'created', resourceVersion: '8' })]);
    const lines = ((await host.openFolder('/kustomize').read('reports/kubectl-apply-kustomize.created')) ?? '').split(
      '\n',
    );
    expect(lines).toEqual([...lines.slice(0, -1).sort(), '']);
    const versions = lines.slice(0, -1).map((line) => /"([^"]*)","u-1".*"resourceVersion":"(\d)"/.exec(line)?.slice(1));
    expect(versions).toEqual([
      [before.path, '7'],
      [path, '8'],
      [other.path, '7'],
    ]);
  });

  it('gives no evidence of an object that this run was about to create in the place of another', async () => {
    const host = aHost();
    await (await open(host)).confirm([recorded('created')]);
    const second = await open(host);
    await second.expect([{ path, evidence: identity }]);
    expect(second.evidenceOf(path)).toBeUndefined();
    expect(second.originOf(path, { verdict: 'changed', live: live('u-1') })).toBe('created');
  });
});

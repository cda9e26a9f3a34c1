import { describe, expect, it } from 'vitest';

import { aResource } from '../../../builders/transform.ts';
import { applied, aRollback, clusterUid, itemOf, reasonsOf } from '../../../fakes/rollback-scene.ts';

const settings = applied(aResource('v1 ConfigMap', 'settings', { data: { a: '1' } }));
const foreign = applied(aResource('v1 ConfigMap', 'settings', { metadata: { namespace: 'bank' }, data: { a: '1' } }));
const priority = applied(
  aResource('scheduling.k8s.io/v1 PriorityClass', 'high', { metadata: { namespace: undefined } }),
);

function without(found: typeof settings, managedFields: readonly object[]): typeof settings {
  return { ...found, metadata: { ...found.metadata, managedFields } };
}

describe('a rollback', () => {
  it('removes an object of the run and nothing else', async () => {
    const scene = aRollback(settings, foreign);
    await scene.report([itemOf(settings)]);
    const outcome = await scene.run();
    expect(reasonsOf(outcome)).toEqual({ 'ConfigMap settings': 'deleted' });
    expect([...scene.store.values()]).toEqual([foreign]);
  });

  it('needs to know in which namespaces, or which report to trust', async () => {
    const scene = aRollback(settings);
    await scene.report([itemOf(settings)]);
    await expect(scene.run({ namespaces: [] })).rejects.toMatchObject({ code: 'invalid-param' });
    expect(scene.deleted).toEqual([]);
  });

  it.each(['$(reboot)', '--context=other', 'a'.repeat(100), 'Shop', ''])(
    'refuses a name that no namespace can have: %j',
    async (name) => {
      const scene = aRollback(settings);
      await scene.report([itemOf(settings)]);
      await expect(scene.run({ namespaces: ['shop', name] })).rejects.toMatchObject({ code: 'invalid-param' });
      expect(scene.deleted).toEqual([]);
    },
  );

  it.each([{}, { allowChanged: ['ConfigMap/settings'] }, { namespaces: ['shop', 'other'] }])(
    'removes nothing in a namespace that is not named: %j',
    async (input) => {
      const scene = aRollback(foreign);
      await scene.report([itemOf(foreign)], { namespace: 'bank' });
      const outcome = await scene.run(input);
      expect(reasonsOf(outcome)).toEqual({ 'ConfigMap settings': 'other-namespace' });
      expect(outcome.results['failed-count']).toBe('1');
      expect(scene.deleted).toEqual([]);
    },
  );

  it('removes nothing where the cluster answers another object, even with the same UID', async () => {
    const scene = aRollback(settings);
    const [path = ''] = scene.store.keys();
    scene.store.set(path, { ...foreign, metadata: { ...foreign.metadata, uid: settings.metadata['uid'] } });
    await scene.report([itemOf(settings)]);
    expect(reasonsOf(await scene.run())).toEqual({ 'ConfigMap settings': 'unexpected-object' });
    expect(scene.deleted).toEqual([]);
  });

  it('removes in several namespaces that are named', async () => {
    const scene = aRollback(settings, foreign);
    await scene.report([itemOf(settings), itemOf(foreign)]);
    await scene.run({ namespaces: ['shop', 'bank'] });
    expect(scene.deleted).toHaveLength(2);
  });

  it.each<[string, readonly object[]]>([
    ['without managers', []],
    ['of another manager', [{ manager: 'kubectl', operation: 'Apply' }]],
    ['that a user of the same name updated', [{ manager: 'crane-tasks', operation: 'Update' }]],
  ])('removes no object that these programs did not apply: %s', async (_case, managedFields) => {
    const found = without(settings, managedFields);
    const scene = aRollback(found);
    await scene.report([itemOf(found)]);
    for (const allowChanged of [[], ['ConfigMap/settings']])
      expect(reasonsOf(await scene.run({ allowChanged }))).toEqual({ 'ConfigMap settings': 'not-marked' });
    expect(scene.deleted).toEqual([]);
  });

  it('removes an object that lost the mark only by its name and the digest of the report', async () => {
    const taken = without({ ...settings, data: { a: '2' } }, [{ manager: 'kubectl', operation: 'Update' }]);
    const scene = aRollback(taken);
    const digest = await scene.report([itemOf(settings)]);
    const allowChanged = ['ConfigMap/settings'];
    const reportDigests = [digest];
    for (const input of [{}, { allowChanged }, { reportDigests }])
      expect(reasonsOf(await scene.run(input))).toEqual({ 'ConfigMap settings': 'changed-since' });
    expect(scene.deleted).toEqual([]);
    expect(reasonsOf(await scene.run({ allowChanged, reportDigests }))).toEqual({ 'ConfigMap settings': 'deleted' });
  });

  it('removes an object without fields, whose mark no server keeps, by the digest of the report', async () => {
    const bare = applied(aResource('v1 ConfigMap', 'bare'));
    const others = [{ manager: 'openshift-controller-manager', operation: 'Update' }];
    for (const managedFields of [[], others]) {
      const scene = aRollback(without(bare, managedFields));
      const digest = await scene.report([itemOf(bare)]);
      expect(reasonsOf(await scene.run())).toEqual({ 'ConfigMap bare': 'not-marked' });
      expect(scene.deleted).toEqual([]);
      expect(reasonsOf(await scene.run({ reportDigests: [digest] }))).toEqual({ 'ConfigMap bare': 'deleted' });
    }
  });

  it('removes an object of cluster scope only with the mark', async () => {
    const scene = aRollback(priority);
    await scene.report([itemOf(priority)]);
    expect(reasonsOf(await scene.run())).toEqual({ 'PriorityClass high': 'deleted' });
    const other = aRollback(without(priority, []));
    await other.report([itemOf(priority)]);
    expect(reasonsOf(await other.run())).toEqual({ 'PriorityClass high': 'not-marked' });
  });

  it('removes a Namespace only when it is one of the named', async () => {
    const made = applied(aResource('v1 Namespace', 'bank', { metadata: { namespace: undefined } }));
    const scene = aRollback(made);
    await scene.report([itemOf(made)]);
    const includeKinds = ['Namespace'];
    expect(reasonsOf(await scene.run({ includeKinds }))).toEqual({ 'Namespace bank': 'other-namespace' });
    expect(reasonsOf(await scene.run({ includeKinds, namespaces: ['bank'] }))).toEqual({ 'Namespace bank': 'deleted' });
  });

  it('removes no object with another UID', async () => {
    const scene = aRollback(applied(settings, 'another'));
    await scene.report([itemOf(settings)]);
    expect(reasonsOf(await scene.run())).toEqual({ 'ConfigMap settings': 'changed-since' });
    expect(scene.deleted).toEqual([]);
  });
});

describe('a rollback by the digest of a report', () => {
  it('trusts that report alone', async () => {
    const other = applied(aResource('v1 ConfigMap', 'other'));
    const scene = aRollback(settings, other);
    const digest = await scene.report([itemOf(settings)]);
    await scene.report([itemOf(other)], {}, 'forged/reports/kubectl-apply-files');
    const outcome = await scene.run({ reportDigests: [digest] });
    expect(reasonsOf(outcome)).toEqual({ 'ConfigMap settings': 'deleted', 'ConfigMap other': 'unproven' });
    expect([...scene.store.values()]).toEqual([other]);
  });

  it('takes the namespaces from it when none is named', async () => {
    const scene = aRollback(settings, foreign);
    const digest = await scene.report([itemOf(settings)]);
    await scene.run({ reportDigests: [digest], namespaces: [] });
    expect([...scene.store.values()]).toEqual([foreign]);
    const placed = aRollback(settings, foreign);
    const second = await placed.report([itemOf(settings), itemOf(foreign)], { namespace: 'shop' });
    const outcome = await placed.run({ reportDigests: [second], namespaces: [] });
    expect(outcome.items.map(({ reason }) => reason).sort()).toEqual(['deleted', 'other-namespace']);
  });

  it('refuses a report that was changed', async () => {
    const scene = aRollback(settings);
    const digest = await scene.report([]);
    await scene.report([itemOf(settings)]);
    await expect(scene.run({ reportDigests: [digest] })).rejects.toMatchObject({ code: 'invalid-file' });
    expect(scene.deleted).toEqual([]);
  });
});

describe('what several runs on a folder created', () => {
  it('is removed when the last report does not have it, and named when it changed', async () => {
    const taken = applied(aResource('v1 ConfigMap', 'taken', { data: { a: '1' } }));
    const scene = aRollback(settings, { ...taken, data: { a: 'of another manager' } });
    await scene.report([{ id: 'ConfigMap taken', outcome: 'failed', reason: 'conflict' }]);
    await scene.journal(settings, taken);
    const outcome = await scene.run();
    expect(reasonsOf(outcome)).toEqual({
      'v1 ConfigMap shop/settings': 'deleted',
      'v1 ConfigMap shop/taken': 'changed-since',
    });
    expect(outcome.results).toMatchObject({ 'deleted-count': '1', 'failed-count': '1' });
  });

  it('is found by the evidence that a failed item keeps', async () => {
    const scene = aRollback({ ...settings, data: { a: 'of another manager' } });
    const digest = await scene.report([
      Object.assign(itemOf(settings, { operation: undefined, origin: 'created' }), {
        outcome: 'failed',
        reason: 'conflict',
      }),
    ]);
    expect(reasonsOf(await scene.run({ reportDigests: [digest] }))).toEqual({ 'ConfigMap settings': 'changed-since' });
    await scene.run({ allowChanged: ['ConfigMap/settings'] });
    expect(scene.store.size).toBe(0);
  });

  it('is removed after a run that left no report', async () => {
    const scene = aRollback(settings);
    await scene.journal(settings);
    expect(reasonsOf(await scene.run())).toEqual({ 'v1 ConfigMap shop/settings': 'deleted' });
  });

  it('is named when its UID was never recorded, unless it is gone or another record has it', async () => {
    const planned = aResource('v1 ConfigMap', 'settings', { data: { a: '1' } });
    const scene = aRollback(settings);
    await scene.journal(planned);
    expect(reasonsOf(await scene.run())).toEqual({ 'v1 ConfigMap shop/settings': 'unconfirmed' });
    expect(scene.deleted).toEqual([]);
    const gone = aRollback();
    await gone.journal(planned);
    expect(reasonsOf(await gone.run())).toEqual({ 'v1 ConfigMap shop/settings': 'gone-already' });
    await scene.report([itemOf(settings)]);
    expect(reasonsOf(await scene.run())).toEqual({ 'ConfigMap settings': 'deleted' });
  });

  it('is not what an earlier run only changed', async () => {
    const scene = aRollback(settings);
    await scene.report([itemOf(settings, { operation: 'unchanged', origin: 'changed' })]);
    expect(reasonsOf(await scene.run())).toEqual({ 'ConfigMap settings': 'not-restorable' });
  });
});

describe('the reports of a folder', () => {
  it('are about one cluster, and are there', async () => {
    const scene = aRollback(settings);
    await expect(scene.run()).rejects.toMatchObject({ code: 'invalid-file' });
    await scene.report([itemOf(settings)], { 'cluster-uid': 'another' });
    await expect(scene.run()).rejects.toMatchObject({ code: 'wrong-cluster' });
    await scene.report([itemOf(settings)], { 'cluster-uid': clusterUid }, 'a/reports/kubectl-apply-files');
    await expect(scene.run()).rejects.toMatchObject({ code: 'invalid-file' });
  });

  it('name the images that remain, also those that an earlier run copied', async () => {
    const scene = aRollback(settings);
    await scene.report([itemOf(settings)]);
    await scene.images([
      { id: 'registry/a:1', reason: 'copied' },
      { id: 'registry/a:2', reason: 'tagged' },
      { id: 'registry/b:1', reason: 'present' },
      { id: 'registry/c:1', reason: 'unavailable' },
      { reason: 'copied' },
    ]);
    expect(reasonsOf(await scene.run())).toEqual({
      'ConfigMap settings': 'deleted',
      'registry/a:1': 'image-kept',
      'registry/a:2': 'image-kept',
      'registry/b:1': 'image-kept',
    });
  });
});

describe('a run that ended before its first object', () => {
  it('has nothing to take back: its folder has manifests, and neither a report nor a journal', async () => {
    const scene = aRollback(settings);
    await scene.manifests();
    const outcome = await scene.run();
    expect(outcome.items).toMatchObject([{ outcome: 'skipped', reason: 'nothing-created' }]);
    expect(scene.deleted).toEqual([]);
    const digest = `sha256:${'a'.repeat(64)}`;
    await expect(scene.run({ reportDigests: [digest] })).rejects.toMatchObject({ code: 'invalid-file' });
  });

  it('has nothing to take back: it was stopped while it started, and its report has no object', async () => {
    const scene = aRollback(settings);
    await scene.report([]);
    expect((await scene.run()).items).toMatchObject([{ outcome: 'skipped', reason: 'nothing-created' }]);
    expect(scene.deleted).toEqual([]);
  });
});

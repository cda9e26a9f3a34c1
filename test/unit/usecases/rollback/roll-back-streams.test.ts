import { describe, expect, it } from 'vitest';

import type { Resource } from '../../../../src/domain/kube/resource.ts';
import { viewOfTag, withoutSpecTags } from '../../../../src/domain/kube/stream-tag.ts';
import { aResource } from '../../../builders/transform.ts';
import { applied, aRollback, itemOf, reasonsOf, tagInSpec } from '../../../fakes/rollback-scene.ts';

const names = ['1', '2'];
const stream = applied(
  aResource('image.openshift.io/v1 ImageStream', 'web', {
    spec: { lookupPolicy: { local: false }, tags: names.map((name) => tagInSpec(name, { generation: 2 })) },
    status: { tags: names.map((tag) => ({ tag, items: [{ generation: 2 }] })) },
  }),
);
const streamItem = itemOf(withoutSpecTags(stream, new Set(names)));

/** The items of tags as the answers to their creation were. */
function tagItems(found: Resource): readonly object[] {
  return names.map((name) => {
    const view = viewOfTag(found, name);
    if (view === undefined) throw new Error(`the stream has no tag ${name}`);
    return itemOf({ ...view, tag: tagInSpec(name, { generation: 1 }) });
  });
}

const removed = { 'ImageStream web': 'deleted', 'ImageStreamTag web:1': 'deleted', 'ImageStreamTag web:2': 'deleted' };

describe('the rollback of tags', () => {
  it('removes them after their import, and their stream when it is empty', async () => {
    const scene = aRollback(stream);
    await scene.report([streamItem, ...tagItems(stream)]);
    expect(reasonsOf(await scene.run())).toEqual(removed);
    expect(scene.store.size).toBe(0);
  });

  it('removes them before their import, when the API does not show them', async () => {
    const pending = { ...stream, status: {} };
    const scene = aRollback(pending);
    await scene.report([streamItem, ...tagItems(pending)]);
    expect(reasonsOf(await scene.run())).toEqual(removed);
    expect(scene.store.size).toBe(0);
  });

  it('keeps tags without the mark, and with them their stream', async () => {
    const tags = names.map((name) => tagInSpec(name, name === '1' ? { annotations: {} } : {}));
    const scene = aRollback({ ...stream, spec: { lookupPolicy: { local: false }, tags } });
    await scene.report([streamItem, ...tagItems(stream)]);
    expect(reasonsOf(await scene.run())).toEqual({
      'ImageStream web': 'changed-since',
      'ImageStreamTag web:1': 'changed-since',
      'ImageStreamTag web:2': 'deleted',
    });
  });

  it('keeps a stream that others pushed to, unless it is named', async () => {
    const pushed = { ...withoutSpecTags(stream, new Set(names)), status: { tags: [{ tag: 'latest', items: [{}] }] } };
    const scene = aRollback(pushed);
    await scene.report([streamItem]);
    expect(reasonsOf(await scene.run())).toEqual({ 'ImageStream web': 'not-empty' });
    await scene.run({ allowChanged: ['ImageStream/web'] });
    expect(scene.store.size).toBe(0);
  });

  it('predicts in a dry run that the stream will be empty', async () => {
    const scene = aRollback(stream);
    await scene.report([streamItem, ...tagItems(stream)]);
    expect(reasonsOf(await scene.run({ dryRun: true }))).toEqual({
      'ImageStream web': 'would-delete',
      'ImageStreamTag web:1': 'would-delete',
      'ImageStreamTag web:2': 'would-delete',
    });
    expect(scene.deleted).toEqual([]);
  });
});

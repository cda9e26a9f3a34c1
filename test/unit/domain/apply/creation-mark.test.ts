import { describe, expect, it } from 'vitest';

import { carriesMark, isAsCreated, withCreationMark } from '../../../../src/domain/apply/creation-mark.ts';
import { aResource } from '../../../builders/transform.ts';

const own = { manager: 'crane-tasks', operation: 'Apply', time: '2026-01-01T00:00:00Z' };

function managed(...managedFields: readonly object[]) {
  return aResource('v1 ConfigMap', 'a', { metadata: { creationTimestamp: own.time, managedFields } });
}

describe('the mark of an applied object', () => {
  it.each<[string, readonly object[], boolean]>([
    ['our apply', [{ manager: 'kubectl', operation: 'Update' }, own], true],
    ['our apply, with an empty subresource', [{ ...own, subresource: '' }], true],
    ['another manager', [{ ...own, manager: 'kubectl' }], false],
    ['a manager whose name begins like ours', [{ ...own, manager: 'crane-tasks-2' }], false],
    ['our update', [{ ...own, operation: 'Update' }], false],
    ['our apply of its status', [{ ...own, subresource: 'status' }], false],
    ['nothing', [], false],
  ])('is an entry that the server wrote: %s', (_case, entries, expected) => {
    expect(carriesMark(managed(...entries))).toBe(expected);
  });

  it('is an annotation where the server keeps no entries, on object and tag', () => {
    const tag = aResource('image.openshift.io/v1 ImageStreamTag', 'web:1', {
      metadata: { annotations: { team: 'shop' } },
      tag: { name: '1', annotations: null },
    });
    const marked = withCreationMark(tag);
    expect(marked).toMatchObject({ metadata: { annotations: { team: 'shop' } }, tag: { name: '1' } });
    expect([carriesMark(tag), carriesMark(marked)]).toEqual([false, true]);
    expect(carriesMark({ ...tag, tag: marked['tag'] })).toBe(true);
    const plain = withCreationMark(aResource('example.com/v1 Plain', 'a'));
    expect([carriesMark(plain), 'tag' in plain]).toEqual([true, false]);
  });

  it('is not an annotation where the server keeps entries', () => {
    const foreign = managed({ ...own, manager: 'kubectl' });
    expect(carriesMark({ ...foreign, metadata: { ...foreign.metadata, ...withCreationMark(foreign).metadata } })).toBe(
      false,
    );
  });
});

describe('the time of our last write', () => {
  it('is that of the creation when nothing was written since', () => {
    expect(isAsCreated(managed(own))).toBe(true);
    expect(isAsCreated(managed({ ...own, time: '2026-01-02T00:00:00Z' }))).toBe(false);
    expect(isAsCreated(managed())).toBe(false);
    expect(isAsCreated({ metadata: { managedFields: [{ ...own, time: undefined }] } })).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';

import {
  formatJournalEntry,
  parseJournalEntry,
  type JournalEntry,
} from '../../../../src/domain/apply/applied-object.ts';

const entry: JournalEntry = {
  path: '/api/v1/namespaces/shop/configmaps/a',
  uid: 'u-1',
  operation: 'created',
  evidence: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'a', contentDigest: 'sha256:1' },
};

describe('a line of the journal', () => {
  it('gives the entry back', () => {
    const line = formatJournalEntry({ ...entry, evidence: { ...entry.evidence, origin: 'created', other: 7 } });
    expect(line.endsWith('\n')).toBe(true);
    expect(parseJournalEntry(line)).toEqual(entry);
  });

  it.each(['', 'broken', '{}', '[1,"u",{"operation":"created"}]', '["/a",1,{}]', '["/a","u"]', '["/a","u",{}]'])(
    'is not read when it is not one: %s',
    (line) => {
      expect(parseJournalEntry(line)).toBeUndefined();
    },
  );

  it('is read without fields that are not texts', () => {
    expect(parseJournalEntry('["/a","u",{"operation":"changed","name":7}]')).toEqual({
      path: '/a',
      uid: 'u',
      operation: 'changed',
      evidence: {},
    });
  });
});

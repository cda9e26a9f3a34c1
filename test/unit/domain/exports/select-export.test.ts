import { expect, it } from 'vitest';

import { selectExport } from '../../../../src/domain/exports/select-export.ts';
import { aShownExport } from '../../../builders/exports.ts';

const image = 'registry.example.com/team/exports:id2_week-3';
const all = [aShownExport(), aShownExport({ id: 'id2', image })];

it.each([
  ['id1', 'id1'],
  ['export-id2', 'id2'],
  ['id2_week-3', 'id2'],
  [image, 'id2'],
  ['absent', undefined],
])('the word %s names the export %s', (word, id) => {
  expect(selectExport(all, word)?.entry.id).toBe(id);
});

it('a name that two exports have is refused with their ids', () => {
  expect(() => selectExport(all, 'week-3')).toThrow(expect.objectContaining({ code: 'invalid-param' }));
});

it('a name means the only export that is ready', () => {
  const failed = aShownExport({ id: 'id3', image, state: 'failed' });
  expect(selectExport([aShownExport(), failed], 'week-3')?.entry.id).toBe('id1');
});

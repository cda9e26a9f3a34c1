import { describe, expect, it } from 'vitest';

import { blobIdOf, checkBlobId } from '../../../../src/domain/source/blob-id.ts';
import { refusalOf } from '../../../builders/task-error.ts';

describe('the id of a blob', () => {
  it.each([
    ['0'.repeat(64), '00000000-0000-4000-8000-000000000000'],
    ['f'.repeat(64), 'ffffffff-ffff-4fff-bfff-ffffffffffff'],
    ['0123456789abcdef0123456789abcdef01234567', '01234567-89ab-4def-8123-456789abcdef'],
  ])('of the digest %s is %s', (digest, expected) => {
    expect(blobIdOf(digest)).toBe(expected);
    expect(checkBlobId(expected)).toBe(expected);
  });

  it.each([
    '',
    'x',
    '../x',
    '00000000-0000-4000-8000-00000000000',
    '00000000-0000-4000-8000-0000000000000',
    'A'.repeat(36),
  ])('%j is refused', (text) => {
    expect(refusalOf(() => checkBlobId(text))).toMatch(/^invalid-param: reading blob-id/);
  });
});

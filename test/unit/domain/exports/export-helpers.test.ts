import { expect, it } from 'vitest';

import { helperMetadata, helperOwner } from '../../../../src/domain/exports/export-helpers.ts';

it('an object that a run makes names its export', () => {
  const metadata = helperMetadata({ id: 'abc', namespace: 'shop' }, 'reader');
  expect(metadata).toMatchObject({ name: 'export-abc-reader', namespace: 'shop' });
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata };
  expect(helperOwner(pod)).toBe('abc');
  expect(helperOwner({ ...pod, metadata: { name: 'other' } })).toBe('');
});

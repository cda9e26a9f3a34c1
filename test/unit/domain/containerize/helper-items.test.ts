import { expect, it } from 'vitest';

import { debugContainerItem, snapshotItems } from '../../../../src/domain/containerize/helper-items.ts';
import { aPod } from '../../../builders/containerize.ts';

it('the report says what is left of snapshots and debug containers', () => {
  const claim = { name: 'files' } as never;
  expect(
    snapshotItems([
      { claim, keepsContent: false },
      { claim, keepsContent: true },
    ]).map(({ message }) => message),
  ).toEqual([expect.stringContaining('are removed'), expect.stringContaining('remain')]);
  expect(debugContainerItem('d', aPod()).message).toBe('Pod shop/lab-0 lists it until the pod is deleted');
  expect(debugContainerItem('d', aPod({ metadata: { namespace: undefined } })).message).toContain('Pod /lab-0');
});

import { expect, it } from 'vitest';

import { createDroppedAttributes } from '../../../../src/domain/containerize/dropped-attributes.ts';
import type { PlannedArea } from '../../../../src/domain/containerize/plan.ts';

const area = (path: string) => ({ path, kind: 'workspace' }) as PlannedArea;

it('attributes that an image does not get are counted for each area, and a file once', () => {
  const dropped = createDroppedAttributes([area('/files'), area('/other'), area('/')]);
  dropped.add('/files/a', ['security.selinux']);
  dropped.add('/files/a', ['security.selinux', 'trusted.x']);
  dropped.add('/files/b', ['security.selinux']);
  dropped.add('/c', ['trusted.x']);
  expect(dropped.notes()).toEqual([
    {
      path: '/files',
      reason: 'attributes-dropped',
      detail: '3 extended attributes of 2 files are not in the image: security.selinux, trusted.x',
    },
    {
      path: '/',
      reason: 'attributes-dropped',
      detail: '1 extended attributes of 1 files are not in the image: trusted.x',
    },
  ]);
});

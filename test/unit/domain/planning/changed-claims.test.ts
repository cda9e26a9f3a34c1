import { describe, expect, it } from 'vitest';

import { renamedClaims } from '../../../../src/domain/planning/changed-claims.ts';

const stored = {
  claims: [{ name: 'data', newName: 'data' }, { name: 'logs', newName: 'old-logs' }, {}, { name: 'x' }],
};
const choice = { move: true, storageClass: '', size: '1Gi', accessModes: [] };

describe('claims that were copied', () => {
  it('keep their names', () => {
    const claims = [
      { ...choice, name: 'data', newName: 'files' },
      { ...choice, name: 'logs', newName: 'old-logs' },
      { ...choice, name: 'new', newName: 'any' },
    ];
    expect(renamedClaims(stored, claims)).toEqual([{ name: 'data', staged: 'data', wanted: 'files' }]);
    expect(renamedClaims(undefined, claims)).toEqual([]);
  });
});

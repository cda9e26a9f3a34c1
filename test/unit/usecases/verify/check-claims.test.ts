import { describe, expect, it } from 'vitest';

import type { MoverEnd } from '../../../../src/domain/volumes/mover-protocol.ts';
import type { Item } from '../../../../src/domain/reports/outcome.ts';
import type { Folder } from '../../../../src/domain/core/ports.ts';
import { checkClaims } from '../../../../src/usecases/verify/check-claims.ts';
import { toItems } from '../../../../src/usecases/volumes/transfer/transfer-outcome.ts';

const transfer = {
  name: 'crane-transfer-1',
  id: '1',
  source: { namespace: 'shop', claim: 'data' },
  destination: { namespace: 'shop', claim: 'data' },
};
const equal: MoverEnd = {
  verdict: 'equal',
  message: '',
  totals: { files: 3, bytes: 9, copiedFiles: 1, copiedBytes: 3, deletedFiles: 0 },
  digest: 'sha256:00',
  problems: 0,
  changed: 0,
  retries: 0,
};
const proven = { verify: true, live: false, checkOnly: false };

function itemsOf(end: MoverEnd, options = proven): readonly Item[] {
  return [toItems(transfer, { end, problems: [] }, options).claim];
}

async function reasonsFor(items: readonly Item[] | string): Promise<readonly string[]> {
  const text = typeof items === 'string' ? items : JSON.stringify({ status: 'succeeded', items });
  const folder: Pick<Folder, 'read'> = { read: () => Promise.resolve(text) };
  const findings = await checkClaims({ folder: folder as Folder, path: 'reports/transfer.json' });
  return findings.map(({ item }) => item.reason);
}

describe('checking what the report of a transfer says of each claim', () => {
  it('takes a claim for equal whose bytes were compared', async () => {
    expect(await reasonsFor(itemsOf(equal))).toEqual(['checksum-equal']);
  });

  it('does not take names and sizes for a proof', async () => {
    expect(await reasonsFor(itemsOf({ ...equal, digest: '' }, { ...proven, verify: false }))).toEqual([
      'checksum-unproven',
    ]);
  });

  it('does not take a copy of files that changed meanwhile for equal', async () => {
    expect(await reasonsFor(itemsOf({ ...equal, changed: 2 }, { ...proven, live: true }))).toEqual([
      'checksum-unproven',
    ]);
  });

  it('names a claim that was not transferred', async () => {
    expect(await reasonsFor(itemsOf({ ...equal, verdict: 'different', message: '1 file', problems: 1 }))).toEqual([
      'not-transferred',
    ]);
  });

  it('takes a report that cannot be read for no proof', async () => {
    expect(await reasonsFor('{')).toEqual(['invalid-file']);
  });
});

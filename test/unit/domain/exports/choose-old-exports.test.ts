import { describe, expect, it } from 'vitest';

import { chooseOldExports, type Retention } from '../../../../src/domain/exports/choose-old-exports.ts';
import { aShownExport } from '../../../builders/exports.ts';
import type { ShownExport } from '../../../../src/domain/exports/show-exports.ts';

const day = 24 * 3_600_000;
const now = Date.parse('2026-02-01T00:00:00Z');

function aged(id: string, days: number, more: { state?: ShownExport['state']; workload?: string } = {}): ShownExport {
  const { state = 'ready', workload = 'jupyter' } = more;
  const created = Number.isNaN(days) ? 'never' : new Date(now - days * day).toISOString();
  return aShownExport({ id, created, workload: { kind: 'Deployment', name: workload } }, state);
}

const all = [
  aged('new', 1),
  aged('old', 20),
  aged('older', 30),
  aged('other', 40, { workload: 'rstudio' }),
  aged('failed', 25, { state: 'failed' }),
  aged('deleted', 25, { state: 'deleted' }),
  aged('alive', 50, { state: 'in-progress' }),
  aged('dead', 2, { state: 'interrupted' }),
  aged('timeless', Number.NaN, { state: 'failed' }),
];

function chosen(retention: Retention): readonly string[] {
  return chooseOldExports(all, retention, now).map(({ entry }) => entry.id);
}

describe('a prune', () => {
  it('by age takes all that are older, but those in progress', () => {
    expect(chosen({ age: 10 * day, count: undefined })).toEqual(['other', 'older', 'failed', 'deleted', 'old']);
  });

  it('by number keeps the newest of each workload, and the records of deleted exports', () => {
    expect(chosen({ age: undefined, count: 1 })).toEqual(['older', 'failed', 'old', 'dead', 'timeless']);
  });

  it('by both takes what no rule keeps', () => {
    expect(chosen({ age: 22 * day, count: 1 })).toEqual(['older', 'failed', 'deleted']);
  });
});

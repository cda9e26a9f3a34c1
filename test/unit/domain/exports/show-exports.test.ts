import { describe, expect, it } from 'vitest';

import {
  describeExport,
  exportToJson,
  formatExports,
  showExports,
} from '../../../../src/domain/exports/show-exports.ts';
import { aShownExport } from '../../../builders/exports.ts';

const now = Date.parse('2026-01-02T00:00:00Z');

describe('exports', () => {
  it('are shown without those in hidden states', () => {
    const all = [aShownExport(), aShownExport({ state: 'in-progress' }), aShownExport({ state: 'failed' })];
    expect(showExports(all, { now, hidden: [] }).map(({ state }) => state)).toEqual(['ready', 'interrupted', 'failed']);
    expect(showExports(all, { now, hidden: ['interrupted', 'failed'] })).toHaveLength(1);
  });

  it('are a table with a run command for those that are ready', () => {
    const rows = [
      aShownExport({ isPublic: true }),
      aShownExport({ size: 0, digest: '', isPublic: false, workspaceIncluded: false }, 'failed'),
    ];
    const [, ready = '', failed = ''] = formatExports(rows).split('\n');
    expect(ready).toMatch(
      /^id1 +week-3 +ready +sha256:a{12} +1\.0 MiB +2026-01-01T00:00:00Z +included +yes +docker run /,
    );
    expect(failed).toMatch(/^id1 +week-3 +failed +2026-01-01T00:00:00Z +left out +no$/);
  });

  it('are JSON with the state now and the pinned image', () => {
    expect(exportToJson(aShownExport())).toMatchObject({
      state: 'ready',
      pinned: expect.stringContaining('@sha256:') as string,
    });
    expect(exportToJson(aShownExport({ digest: '' }, 'interrupted'))).toMatchObject({
      state: 'interrupted',
      pinned: '',
      runCommand: '',
    });
  });

  it('are described one by one', () => {
    const ready = describeExport(aShownExport());
    expect(ready).toMatch(/^RUN COMMAND +docker run/m);
    expect(ready).toMatch(/^PUBLIC +unknown/m);
    const failed = describeExport(
      aShownExport({ message: 'no space', size: 0, digest: '', workspaceIncluded: false }, 'failed'),
    );
    expect(failed).toMatch(/^MESSAGE +no space/m);
    expect(failed).not.toMatch(/RUN COMMAND|NOTE|SIZE|DIGEST/);
  });
});

import { describe, expect, it } from 'vitest';

import { beginExport } from '../../../../src/usecases/containerize/begin-export.ts';
import type { ContainerizePorts, ContainerizeRequest } from '../../../../src/usecases/containerize/ports.ts';
import type { PlannedImage } from '../../../../src/usecases/containerize/plan-image.ts';
import { aPod, planOf } from '../../../builders/containerize.ts';
import { MemoryExports } from '../../../fakes/memory-exports.ts';
import { silentLog } from '../../../fakes/silent-log.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const minute = 60_000;
const memory = () => new MemoryExports();
const ports = { log: silentLog(), random: (count: number) => new Uint8Array(count).fill(7) } as ContainerizePorts;
const planned = {
  plan: planOf(aPod()),
  found: { profile: { profile: { schemaVersion: 1 } } },
} as unknown as PlannedImage;

/** Begins an export of StatefulSet `lab` at a time after the start. */
function begin(exports: MemoryExports, after: number, request: Partial<ContainerizeRequest> = {}) {
  const destination = { host: 'registry.example.com', path: 'team/exports' };
  const whole = { destination, exportName: undefined, includeWorkspace: true, ...request } as ContainerizeRequest;
  const store = exports.store(`run-${String(after)}`, () => start + after);
  return beginExport({ request: whole, planned }, store, ports);
}

describe('an export that begins', () => {
  it('has a tag of its own, with the name of the workload', async () => {
    const { entry } = await begin(memory(), 0);
    expect(entry).toMatchObject({ name: 'lab', state: 'in-progress', workspaceIncluded: true });
    expect(entry.image).toBe(`registry.example.com/team/exports:${entry.id}_lab`);
  });

  it('is that of a run that died, if it is of the same workload, name and repository', async () => {
    const exports = memory();
    const first = await begin(exports, 0, { exportName: 'week-1' });
    const again = await begin(exports, 10 * minute, { exportName: 'week-1' });
    expect(again.entry.id).toBe(first.entry.id);
  });

  it('is a new one while the other run lives, and for another name or repository', async () => {
    const exports = memory();
    const first = await begin(exports, 0);
    const others = [
      await begin(exports, 1000),
      await begin(exports, 10 * minute, { exportName: 'other' }),
      await begin(exports, 10 * minute + 1, { destination: { host: 'registry.example.com', path: 'team' } }),
    ];
    expect(new Set([first, ...others].map(({ entry }) => entry.id)).size).toBe(4);
  });
});

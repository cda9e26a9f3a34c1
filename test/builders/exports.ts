import type { ExportEntry } from '../../src/domain/exports/export-entry.ts';
import type { ShownExport } from '../../src/domain/exports/show-exports.ts';

/** A ready export. */
export function anExport(more: Partial<ExportEntry> = {}): ExportEntry {
  return {
    id: 'id1',
    name: 'week-3',
    namespace: 'course',
    workload: { kind: 'Deployment', name: 'jupyter' },
    state: 'ready',
    message: '',
    image: 'registry.example.com/team/exports:id1_week-3',
    digest: `sha256:${'a'.repeat(64)}`,
    size: 1024 * 1024,
    created: '2026-01-01T00:00:00Z',
    updated: '2026-01-01T00:00:00Z',
    workspaceIncluded: true,
    isPublic: undefined,
    run: {
      ports: ['8888/tcp', '53/udp'],
      supply: [{ name: 'TOKEN', source: 'Secret hub, key token' }],
      volumes: [{ path: '/home/jovyan', reason: 'it is the home folder' }],
      notes: ['Log in with\nthe token..'],
      user: '1000:100',
      workingFolder: '/files',
    },
    ...more,
  };
}

/** A ready export as commands show it. */
export function aShownExport(more: Partial<ExportEntry> = {}, state: ShownExport['state'] = 'ready'): ShownExport {
  return { entry: anExport(more), owner: 'run-1', uid: 'u', resourceVersion: '1', state };
}

import type { ContainerizePlan } from '../../src/domain/containerize/plan.ts';

/** A plan that takes everything from the base image. */
export function containerizePlan(changes: Partial<ContainerizePlan> = {}): ContainerizePlan {
  return {
    workload: { kind: 'Deployment', namespace: 'lab', name: 'notebook' },
    pod: 'notebook-1',
    container: 'notebook',
    startedAt: 0,
    base: { host: 'registry.example.com', path: 'tools/lab', tag: '1', digest: `sha256:${'e'.repeat(64)}` },
    areas: [],
    reading: { claims: 'container', own: 'exec' },
    outside: [],
    never: [],
    environment: [],
    dropped: [],
    start: { entrypoint: undefined, arguments: undefined, workingFolder: undefined, user: undefined, ports: [] },
    homes: [],
    owner: { runningUid: undefined, groupRights: false },
    warnings: [],
    ...changes,
  };
}

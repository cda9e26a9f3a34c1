import { planContainerize, type PlanInput } from '../../src/domain/containerize/plan-containerize.ts';
import type { ContainerizePlan } from '../../src/domain/containerize/plan.ts';
import type { Resource } from '../../src/domain/kube/resource.ts';

interface PodParts {
  readonly container?: object;
  readonly volumes?: readonly object[];
  readonly spec?: object;
  readonly metadata?: object;
  readonly status?: object;
}

const digest = `sha256:${'a'.repeat(64)}`;

/** A ready pod `lab-0` with one container `lab`. */
export function aPod({ container, volumes, spec, metadata, status }: PodParts = {}): Resource {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'lab-0', namespace: 'shop', ...metadata },
    spec: {
      nodeName: 'worker-1.example.com',
      containers: [{ name: 'lab', image: 'quay.io/jupyter/lab:1', ...container }],
      volumes: volumes ?? [],
      ...spec,
    },
    status: {
      phase: 'Running',
      podIP: '10.1.2.3',
      hostIP: '192.168.7.7',
      podIPs: [{ ip: '10.1.2.3' }, { ip: 'fd00::17' }],
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: [
        {
          name: 'lab',
          ready: true,
          containerID: 'containerd://1',
          imageID: `quay.io/jupyter/lab@${digest}`,
          state: { running: { startedAt: '2026-01-02T03:04:05Z' } },
        },
      ],
      ...status,
    },
  };
}

export const noChoices: PlanInput['choices'] = {
  workspace: true,
  changed: true,
  homePackages: true,
  include: [],
  exclude: [],
  denyVariables: [],
  allowVariables: [],
  groupRights: true,
};

/** A plan of a pod, with defaults for all that a test does not say. */
export function planOf(pod: Resource, input: Partial<PlanInput> = {}): ContainerizePlan {
  return planContainerize({
    workload: { kind: 'StatefulSet', namespace: 'shop', name: 'lab' },
    pod,
    container: 'lab',
    startedAt: 1_700_000_000,
    base: { host: 'quay.io', path: 'jupyter/lab', digest },
    baseConfig: { entrypoint: ['tini', '--'], arguments: ['start.sh'], workingFolder: '/opt', environment: [] },
    imageUid: undefined,
    profile: { schemaVersion: 1 },
    objects: { configMaps: new Map(), secretKeys: new Map() },
    observed: { home: '/home/u', packageFolders: [], prefixes: [] },
    choices: noChoices,
    looksSecret: () => false,
    ...input,
  });
}

import { describe, expect, it } from 'vitest';

import type { PlannedArea } from '../../../../src/domain/containerize/plan.ts';
import {
  claimsOfAreas,
  foldersOfAreas,
  readerFor,
  readerPod,
  type ReaderPod,
} from '../../../../src/domain/containerize/reader-pod.ts';
import { arrayAt, valueAt } from '../../../../src/domain/core/json-object.ts';
import { aPod } from '../../../builders/containerize.ts';

const reader: ReaderPod = {
  id: 'abc',
  namespace: 'shop',
  image: 'registry.example.com/task-runner:1',
  pullSecrets: [],
  claims: ['library', 'files'],
  identity: {},
  node: '',
  tolerations: [],
};

const area = (path: string, source: PlannedArea['source']): PlannedArea => ({
  name: path,
  kind: 'workspace',
  path,
  without: [],
  source,
  included: true,
  reason: '',
});

describe('a pod that reads claims', () => {
  it('mounts them read-only, without rights in the cluster and without privileges', () => {
    const pod = readerPod(reader);
    expect(pod.metadata).toMatchObject({
      name: 'export-abc-reader',
      labels: { 'crane-tasks.dev/export-helper': 'abc' },
    });
    expect(pod['spec']).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true },
      volumes: [
        { persistentVolumeClaim: { claimName: 'library', readOnly: true } },
        { persistentVolumeClaim: { claimName: 'files', readOnly: true } },
        { name: 'tmp' },
      ],
    });
    const [container] = arrayAt(pod, 'spec', 'containers');
    expect(container).toMatchObject({
      args: ['files-holder', '--timeout=86400'],
      securityContext: { capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true, runAsNonRoot: true },
    });
    expect(arrayAt(container, 'volumeMounts').filter((mount) => valueAt(mount, 'readOnly') !== true)).toEqual([
      { name: 'tmp', mountPath: '/tmp' },
    ]);
    expect(valueAt(pod, 'spec', 'affinity')).toBeUndefined();
    expect(valueAt(pod, 'spec', 'tolerations')).toBeUndefined();
  });

  it('has the user, the groups and the node of the application', () => {
    const identity = { user: 0, group: 5, volumeGroup: 6, supplementalGroups: [7] };
    const more = { identity, node: 'one', tolerations: [{ operator: 'Exists' }], pullSecrets: ['login'] };
    const pod = readerPod({ ...reader, ...more });
    expect(pod['spec']).toMatchObject({
      imagePullSecrets: [{ name: 'login' }],
      tolerations: [{ operator: 'Exists' }],
      securityContext: { runAsUser: 0, runAsGroup: 5, fsGroup: 6, supplementalGroups: [7], runAsNonRoot: false },
      containers: [{ securityContext: { capabilities: { drop: ['ALL'], add: ['DAC_OVERRIDE'] } } }],
    });
    expect(JSON.stringify(valueAt(pod, 'spec', 'affinity'))).toContain('"one"');
    const app = aPod({ spec: { tolerations: [{ key: 'a' }], securityContext: { runAsUser: 9 } } });
    expect(readerFor(app, 'library', 5)).toEqual({
      identity: { user: 9 },
      node: 'worker-1.example.com',
      tolerations: [{ key: 'a' }],
    });
    expect(readerFor(aPod({ spec: { nodeName: undefined } }), 'library', 5)).toMatchObject({
      node: '',
      identity: { user: 5 },
    });
    expect(readerFor(aPod(), 'library', undefined).identity).toEqual({});
  });

  it('has the areas of its claims in folders of its own', () => {
    const areas = [
      area('/app-library', { from: 'claim', claim: 'library', subPath: '' }),
      area('/files', { from: 'claim', claim: 'files', subPath: 'ada/work' }),
      area('/other', { from: 'claim', claim: 'other', subPath: '' }),
      area('/', { from: 'container' }),
    ];
    expect(claimsOfAreas(areas)).toEqual(['library', 'files', 'other']);
    expect([...foldersOfAreas(areas, reader.claims)]).toEqual([
      ['/app-library', '/crane-tasks/claims/0'],
      ['/files', '/crane-tasks/claims/1/ada/work'],
    ]);
  });
});

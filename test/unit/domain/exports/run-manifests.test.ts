import { describe, expect, it } from 'vitest';

import { composeFile, describePod, podManifest } from '../../../../src/domain/exports/run-manifests.ts';
import { anExport } from '../../../builders/exports.ts';

const bare = { ports: [], supply: [], volumes: [], notes: [], user: 'root', workingFolder: '' };
const image = `registry.example.com/team/exports@sha256:${'a'.repeat(64)}`;

describe('a Compose file', () => {
  it('has ports, variables and volumes', () => {
    expect(composeFile(anExport())).toEqual({
      services: {
        'week-3': {
          image,
          ports: ['8888:8888', '53:53/udp'],
          environment: ['TOKEN'],
          volumes: ['id1-1-home-jovyan:/home/jovyan'],
          security_opt: ['no-new-privileges:true'],
        },
      },
      volumes: { 'id1-1-home-jovyan': {} },
    });
    expect(composeFile(anExport({ run: bare }))).toEqual({
      services: { 'week-3': { image, security_opt: ['no-new-privileges:true'] } },
    });
  });
});

describe('a pod', () => {
  it('takes variables from a Secret, and the login for a registry that is not public', () => {
    expect(podManifest(anExport())).toMatchObject({
      metadata: { name: 'week-3' },
      spec: {
        imagePullSecrets: [{ name: 'week-3-pull' }],
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [
          {
            image,
            ports: [
              { containerPort: 8888, protocol: 'TCP' },
              { containerPort: 53, protocol: 'UDP' },
            ],
            env: [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'week-3-secrets', key: 'TOKEN' } } }],
            volumeMounts: [{ name: 'volume-1', mountPath: '/home/jovyan' }],
          },
        ],
        volumes: [{ name: 'volume-1', emptyDir: {} }],
      },
    });
    expect(podManifest(anExport({ isPublic: true }))).not.toHaveProperty('spec.imagePullSecrets');
  });

  it.each([
    ['1000', undefined],
    ['01000:5', undefined],
    ['0', 1000],
    ['0:5', 1000],
    ['jovyan', 1000],
    ['', 1000],
  ])('of an image with the user %j runs as %j', (user, expected) => {
    const pod = podManifest(anExport({ run: { ...bare, user } })) as {
      spec: { securityContext: { runAsUser?: number } };
    };
    expect(pod.spec.securityContext.runAsUser).toBe(expected);
  });

  it('says what to create first', () => {
    expect(describePod(anExport())).toHaveLength(3);
    expect(describePod(anExport({ isPublic: true, run: bare }))).toEqual([
      'The user of the image is root or has no number, so the pod runs as user 1000 and group 0.',
    ]);
  });
});

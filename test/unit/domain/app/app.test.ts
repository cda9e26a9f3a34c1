import { hash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { epinioNeeds, epinioReleaseName } from '../../../../src/domain/app/epinio.ts';
import { completeImageName, listImages } from '../../../../src/domain/app/image-inventory.ts';
import { findOutsideObjects, findOwnClaims } from '../../../../src/domain/app/outside-objects.ts';
import { formatImageName } from '../../../../src/domain/oci/image-location.ts';
import { aResource } from '../../../builders/image-plan.ts';

const digest = `sha256:${'0'.repeat(64)}`;

describe('epinioReleaseName', () => {
  const sha1 = (text: string): string => hash('sha1', text);
  it.each([
    ['sample', 'sample-8151325dcdbae9e0ff95f9f9658432dbedfdb209'],
    ['12-My_App.long.name', `my-applongna-${sha1('12-My_App.long.name')}`],
    ['123', sha1('123')],
  ])('of %s is %s', (app, expected) => {
    expect(epinioReleaseName(app, sha1)).toBe(expected);
    expect(expected.length).toBeLessThanOrEqual(53);
  });

  it('reads values of Epinio only', () => {
    expect(epinioNeeds({ image: 'x' })).toBeUndefined();
    expect(epinioNeeds({ epinio: { appName: 'a', routes: null, configurations: ['c', ''] } })).toEqual({
      configurations: ['c'],
      certificates: [],
      image: undefined,
    });
  });

  it('reads what the values name', () => {
    const routes = [{ id: 'a', secret: 'a-tls' }, { id: 'b' }];
    expect(epinioNeeds({ epinio: { appName: 'a', routes, imageURL: 'x/y:1' } })).toEqual({
      configurations: [],
      certificates: ['a-tls'],
      image: 'x/y:1',
    });
  });
});

describe('completeImageName', () => {
  const nginx = 'docker.io/library/nginx:latest';
  it.each([
    ['nginx', nginx],
    ['nginx:latest', nginx],
    ['library/nginx', nginx],
    ['docker.io/nginx', nginx],
    ['docker.io/library/nginx', nginx],
    ['index.docker.io/nginx', nginx],
    ['index.docker.io/library/nginx:latest', nginx],
    ['nginx:1.27', 'docker.io/library/nginx:1.27'],
    [`nginx@${digest}`, `docker.io/library/nginx@${digest}`],
    [`nginx:1@${digest}`, `docker.io/library/nginx:1@${digest}`],
    ['shop/web', 'docker.io/shop/web:latest'],
    ['quay.io/web', 'quay.io/web:latest'],
    ['QUAY.io/web:A', 'quay.io/web:A'],
    ['localhost/web', 'localhost/web:latest'],
    ['localhost:5000/web', 'localhost:5000/web:latest'],
    ['registry:5000/web:1', 'registry:5000/web:1'],
    ['[::1]:5000/web:1', '[::1]:5000/web:1'],
    ['10.0.0.1:5000/a/b/c:1', '10.0.0.1:5000/a/b/c:1'],
    [' nginx ', nginx],
  ])('of %j is %s', (text, expected) => {
    const location = completeImageName(text);
    expect(location && formatImageName(location)).toBe(expected);
  });

  it.each([
    '',
    'Nginx',
    'nginx:',
    ':1',
    'a b',
    'https://quay.io/web',
    'nginx@sha256:1',
    'a/B/c',
    '{{ .image }}',
    'web:-1',
  ])('refuses %j', (text) => {
    expect(completeImageName(text)).toBeUndefined();
  });
});

describe('listImages', () => {
  it('finds containers at any place of any kind', () => {
    const objects = [
      aResource('CronJob', 'a', {
        spec: { jobTemplate: { spec: { template: { spec: { containers: [{ image: 'cron:1' }] } } } } },
      }),
      aResource('Rollout', 'b', {
        spec: {
          deep: [{ podSpec: { initContainers: [{ image: 'init' }], ephemeralContainers: [{ image: 'debug' }] } }],
        },
      }),
      aResource('Prometheus', 'c', { spec: { image: 'quay.io/prom/prom:v2', other: { image: 'plain' } } }),
      aResource('Pod', 'd', {
        spec: { containers: [{ image: 'BAD NAME' }], volumes: [{ image: { reference: 'files:1' } }] },
      }),
    ];
    const { images, invalid, mentions } = listImages(objects, ['docker.io/init', 'extra:2']);
    expect(images.map(({ location }) => formatImageName(location))).toEqual([
      'docker.io/library/cron:1',
      'docker.io/library/debug:latest',
      'docker.io/library/extra:2',
      'docker.io/library/files:1',
      'docker.io/library/init:latest',
      'quay.io/prom/prom:v2',
    ]);
    expect(images.find(({ names }) => names.includes('init'))?.names).toEqual(['docker.io/init', 'init']);
    expect(invalid).toMatchObject([{ text: 'BAD NAME', path: 'spec.containers.0.image' }]);
    expect(mentions).toEqual([]);
  });

  it.each<[string, object, readonly string[]]>([
    ['a flag', { args: ['--reloader=quay.io/prom/reloader:v1'] }, ['quay.io/prom/reloader:v1']],
    ['a variable', { env: [{ name: 'RELATED_IMAGE', value: `quay.io/x/y@${digest}` }] }, [`quay.io/x/y@${digest}`]],
    ['a short name after the word image', { data: { c: 'image: redis:7\nport: http:80' } }, ['redis:7']],
    ['parts of a name', { db: { registry: 'quay.io', repository: 'x/y', tag: '1' } }, ['quay.io/x/y:1']],
    ['the parts of a name without a registry', { db: { repository: 'x/y', registry: '', tag: '1' } }, ['x/y:1']],
    ['a repository with a digest', { db: { repository: 'x/y', tag: '', digest } }, [`x/y@${digest}`]],
    ['a repository with an empty digest', { db: { repository: 'x/y', tag: '2', digest: '' } }, ['x/y:2']],
    ['a repository alone', { db: { repository: 'x/y' } }, []],
    ['a repository that is no image', { db: { repository: 'https://charts.test', tag: '1' } }, []],
    ['an address', { url: 'https://quay.io/x/y:1 10.0.0.1:8080/path name:80' }, []],
  ])('lists texts that look like images: %s', (_what, spec, expected) => {
    const { images, mentions } = listImages([aResource('ConfigMap', 'x', { spec })], []);
    expect(images).toEqual([]);
    expect(mentions.map(({ text }) => text)).toEqual(expected);
  });

  it('does not list a text that names a listed image', () => {
    const spec = { containers: [{ image: 'nginx:1', args: ['docker.io/library/nginx:1', 'x/other:1'] }] };
    const { mentions } = listImages([aResource('Pod', 'a', { spec })], []);
    expect(mentions).toEqual([{ text: 'x/other:1', object: 'v1 Pod shop/a', path: 'spec.containers.0.args.1' }]);
  });

  it('never looks into Secrets', () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' }, stringData: { a: 'quay.io/x/y:1' } };
    expect(listImages([secret], []).mentions).toEqual([]);
  });
});

describe('findOutsideObjects', () => {
  it('names what pods and ingresses need, without what the application has', () => {
    const spec = {
      serviceAccountName: 'runner',
      imagePullSecrets: [{ name: 'pull' }],
      volumes: [
        { secret: { secretName: 'own' } },
        { configMap: { name: 'settings' } },
        { persistentVolumeClaim: { claimName: 'data' } },
        { projected: { sources: [{ secret: { name: 'projected' } }] } },
        { csi: { nodePublishSecretRef: { name: 'driver' } } },
      ],
      containers: [
        {
          envFrom: [{ secretRef: { name: 'all' } }, { configMapRef: { name: 'more' } }],
          env: [{ valueFrom: { secretKeyRef: { name: 'one' } } }, { valueFrom: { configMapKeyRef: { name: 'two' } } }],
        },
      ],
    };
    const objects = [
      aResource('Deployment', 'web', { spec: { template: { spec } } }),
      aResource('Secret', 'own', {}),
      aResource('Ingress', 'web', { spec: { tls: [{ secretName: 'tls' }] } }),
      aResource('ServiceAccount', 'x', { imagePullSecrets: [{ name: 'pull' }] }),
      aResource('StatefulSet', 'db', { spec: { volumeClaimTemplates: [{ metadata: { name: 'data' } }] } }),
      aResource('PersistentVolumeClaim', 'cache', {}),
    ];
    expect(findOutsideObjects(objects).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      ...['ConfigMap more', 'ConfigMap settings', 'ConfigMap two', 'PersistentVolumeClaim data', 'Secret all'],
      ...['Secret driver', 'Secret one', 'Secret projected', 'Secret pull', 'Secret tls', 'ServiceAccount runner'],
    ]);
    expect(findOwnClaims(objects)).toEqual(['data-db-*', 'cache']);
  });

  it('does not name the account that each namespace has, nor claims without a name', () => {
    const containers = [{ name: 'a' }];
    const objects = [
      aResource('Pod', 'a', { spec: { serviceAccountName: 'default', containers } }),
      aResource('StatefulSet', 'db', { spec: { volumeClaimTemplates: [{ spec: {} }] } }),
    ];
    expect(findOutsideObjects(objects)).toEqual([]);
    expect(findOwnClaims(objects)).toEqual([]);
  });
});

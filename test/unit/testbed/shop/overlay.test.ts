import { expect, test } from 'vitest';
import { arbitraryUser, kustomization, secrets } from '../../../../testbed/shop/overlay.ts';

const digests = { backend: 'sha256:b', loader: 'sha256:l', admin: 'sha256:a' };

test('pins the images that workloads name by digest', () => {
  expect(kustomization('../base', digests)).toMatchObject({
    resources: ['../base'],
    images: [
      { name: 'image-registry.openshift-image-registry.svc:5000/shop/backend', digest: 'sha256:b' },
      { name: 'image-registry.openshift-image-registry.svc:5000/shop/loader', digest: 'sha256:l' },
    ],
  });
});

test('gives every pod template an arbitrary user, where its kind keeps the template', () => {
  const text = JSON.stringify(kustomization('../base', digests));
  expect(text).toContain('/spec/template/spec/securityContext/runAsUser');
  expect(text).toContain('/spec/jobTemplate/spec/template/spec/securityContext/runAsUser');
  expect(text.split(String(arbitraryUser))).toHaveLength(3);
});

test('gives Redis and its clients the same password', () => {
  const [credentials] = secrets('word', 'token');
  expect(credentials).toMatchObject({
    stringData: { 'redis-password': 'word', 'users.acl': 'user default on >word ~* &* +@all\n' },
  });
});

test('writes the pull secret in the form that kubelet reads', () => {
  const text = JSON.stringify(secrets('word', 'token')[1]);
  expect(text).toContain('kubernetes.io/dockerconfigjson');
  expect(text).toContain(Buffer.from('shop:token').toString('base64'));
});

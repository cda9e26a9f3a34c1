/** What the deployed application names by digest. */
export interface WorkloadDigests {
  readonly backend: string;
  /** The loader that the Job names by digest alone. */
  readonly loader: string;
  readonly admin: string;
}

/** A user that no image knows, as OpenShift would give the namespace one. */
export const arbitraryUser = 1000650000;

/** Name of the pull secret for a registry outside both clusters, which the service account has beside the platform's. */
export const partnerSecret = 'partner-registry';

const registry = 'image-registry.openshift-image-registry.svc:5000/shop';

/**
 * A kustomization over samples/shop/openshift, as JSON, which is YAML: pins images by digest where OpenShift would have, and gives
 * every pod an arbitrary user.
 * @param base path of samples/shop/openshift, relative to where the kustomization will be
 */
export function kustomization(base: string, digests: WorkloadDigests): object {
  const user = { op: 'add', path: '/spec/template/spec/securityContext/runAsUser', value: arbitraryUser };
  const admin = `${registry}/frontend@${digests.admin}`;
  return {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [base],
    images: [
      { name: `${registry}/backend`, digest: digests.backend },
      { name: `${registry}/loader`, digest: digests.loader },
    ],
    patches: [
      patch('(Deployment|StatefulSet|Job)', [user]),
      patch('CronJob', [{ ...user, path: `/spec/jobTemplate${user.path}` }]),
      patch('DeploymentConfig', [
        { op: 'replace', path: '/spec/template/spec/containers/0/image', value: admin },
        { op: 'add', path: '/spec/triggers/1/imageChangeParams/lastTriggeredImage', value: admin },
      ]),
    ],
  };
}

/** The status of the finished Build backend-1, as OpenShift's build controller leaves it. */
export function buildStatus(digest: string): object {
  return {
    phase: 'Complete',
    config: { kind: 'BuildConfig', name: 'backend', namespace: 'shop' },
    outputDockerImageReference: `${registry}/backend:latest`,
    output: { to: { imageDigest: digest } },
  };
}

/** The Secrets of the application. `password` must have no blanks; a registry login of somebody else goes along with it. */
export function secrets(password: string, partnerToken: string): object[] {
  const login = Buffer.from(`shop:${partnerToken}`).toString('base64');
  const auths = { 'registry.partner.test': { auth: login } };
  const common = { apiVersion: 'v1', kind: 'Secret' };
  return [
    {
      ...common,
      metadata: { name: 'shop-credentials', namespace: 'shop', labels: { app: 'shop' } },
      type: 'Opaque',
      stringData: { 'redis-password': password, 'users.acl': `user default on >${password} ~* &* +@all\n` },
    },
    {
      ...common,
      metadata: { name: partnerSecret, namespace: 'shop', labels: { app: 'shop' } },
      type: 'kubernetes.io/dockerconfigjson',
      stringData: { '.dockerconfigjson': JSON.stringify({ auths }) },
    },
  ];
}

function patch(kind: string, operations: readonly object[]): object {
  return { target: { kind }, patch: JSON.stringify(operations) };
}

import { arrayAt, stringAt } from '../../../src/domain/core/json-object.ts';
import { internalRegistryName, internalRegistryPort } from '../../../testbed/clusters/sites.ts';
import { withLock } from '../../../testbed/clusters/lock.ts';
import { waitFor } from '../../../testbed/clusters/wait.ts';
import type { Kubectl } from '../../../testbed/demo/kubectl.ts';
import { waitForBuilder } from '../../../testbed/shop/apply.ts';
import { buildShopImages } from '../../../testbed/shop/build-images.ts';
import { clusterNamed } from '../../../testbed/shop/probe.ts';
import { pushLayout } from '../../../testbed/shop/publish-images.ts';
import { readStreams } from '../../../testbed/shop/streams.ts';

/** Namespace of a small application on the source: a page, a server, and an image in the cluster's own registry. */
export const notes = 'notes';

/** The cluster's own registry, as its pods call it. */
export const registry = `${internalRegistryName}:${String(internalRegistryPort)}`;
const accountName = 'notes';

/** Brings the application up on the source; quick when it is there. */
export function deployNotes(source: Kubectl): Promise<void> {
  return withLock('samples', async () => {
    await source.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: notes } }]);
    await prepareImage(source, notes, accountName);
    await source.apply(objects(), notes);
    await waitForNotes(source, notes);
  });
}

/** Pushes the image `httpd:1.0` to a namespace of the source, and makes an account that may pull it. */
export async function prepareImage(source: Kubectl, namespace: string, account: string): Promise<void> {
  const cluster = clusterNamed(source.context);
  await waitForBuilder(cluster, namespace);
  const streams = await readStreams(cluster, namespace);
  if (!streams.some(({ stream, tag }) => stream === 'httpd' && tag === '1.0')) {
    const images = await buildShopImages();
    await pushLayout(cluster, { namespace, layout: images('busybox').layout, name: `${namespace}/httpd:1.0` });
  }
  await prepareAccount(source, namespace, account);
}

/** Makes an account that may pull images of its namespace. */
export async function prepareAccount(kubectl: Kubectl, namespace: string, account: string): Promise<void> {
  await kubectl.apply([{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account } }], namespace);
  // A pod that is made before its account has the registry's secret never gets its image.
  await waitFor({
    what: `the pull secret of service account ${account}`,
    seconds: 120,
    check: async () => {
      const found = await kubectl.get(['serviceaccount', account, '-n', namespace]);
      return arrayAt(found, 'imagePullSecrets').length > 0 ? undefined : 'it has none';
    },
  });
}

/** Waits until the server of the application is ready in a namespace. */
export async function waitForNotes(kubectl: Kubectl, namespace: string): Promise<void> {
  await kubectl.run(['rollout', 'status', 'deployment/httpd', '-n', namespace, '--timeout=200s']);
}

/** The image that the application runs in a namespace: the name that its pod asked for, and the digest that it got. */
export async function runningImage(
  kubectl: Kubectl,
  namespace: string,
  labelSelector = 'app=httpd',
): Promise<{ name: string; digest: string }> {
  const pods = await kubectl.list([
    'pods',
    '-n',
    namespace,
    '-l',
    labelSelector,
    '--field-selector=status.phase=Running',
  ]);
  const name = stringAt(arrayAt(pods[0], 'spec', 'containers')[0], 'image') ?? '';
  const found = stringAt(arrayAt(pods[0], 'status', 'containerStatuses')[0], 'imageID') ?? '';
  return { name, digest: found.slice(found.indexOf('@') + 1) };
}

function objects(): readonly object[] {
  const labels = { app: 'httpd' };
  const container = {
    name: 'httpd',
    image: `${registry}/${notes}/httpd:1.0`,
    command: ['httpd', '-f', '-p', '8080', '-h', '/site'],
    ports: [{ containerPort: 8080 }],
    volumeMounts: [{ name: 'site', mountPath: '/site' }],
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  };
  const podSpec = {
    serviceAccountName: accountName,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [container],
    volumes: [{ name: 'site', configMap: { name: 'site' } }],
  };
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'site' }, data: { 'index.html': 'It moved.\n' } },
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'password' }, stringData: { password: 'not so secret' } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'httpd' },
      spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'httpd' },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: podSpec },
      },
    },
  ];
}

import type { Kubectl } from '../../../testbed/demo/kubectl.ts';
import { prepareImage, registry } from './notes.ts';

/** Namespace of a small application on the source that keeps files: a Deployment with a claim, a StatefulSet that makes one. */
export const diary = 'diary';

const accountName = 'diary';
const folder = '/pages';

/** Its workloads, by what `kubectl exec` and `kubectl rollout` call them. */
export const workloads = ['deployment/diary', 'statefulset/index'] as const;

/** Brings the application up on the source, anew. */
export async function deployDiary(source: Kubectl): Promise<void> {
  await source.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: diary } }]);
  await prepareImage(source, diary, accountName);
  await source.apply(objects(), diary);
  await waitForDiary(source, diary);
}

/** Waits until both workloads are ready in a namespace. */
export async function waitForDiary(kubectl: Kubectl, namespace: string): Promise<void> {
  for (const workload of workloads)
    await kubectl.run(['rollout', 'status', workload, '-n', namespace, '--timeout=200s']);
}

/** Runs a shell script in the folder that a workload keeps. */
export function inDiary(
  kubectl: Kubectl,
  place: { readonly namespace: string; readonly workload: string },
  script: string,
): Promise<string> {
  const { namespace, workload } = place;
  return kubectl.run(['exec', '-i', workload, '-n', namespace, '--', 'sh', '-s'], `set -e; cd ${folder}; ${script}`);
}

/** Names and contents of all files that a workload keeps. */
export function readDiary(kubectl: Kubectl, namespace: string, workload: string): Promise<string> {
  return inDiary(kubectl, { namespace, workload }, 'find . -type f | sort | xargs md5sum');
}

function objects(): readonly object[] {
  const claimSpec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Mi' } } };
  const metadata = { name: 'pages' };
  return [
    { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata, spec: claimSpec },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'index' },
      spec: { clusterIP: 'None', selector: { app: 'index' }, ports: [{ port: 8080 }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'diary' },
      spec: {
        ...workloadSpec('diary', [{ name: 'data', persistentVolumeClaim: { claimName: 'pages' } }]),
        strategy: { type: 'Recreate' },
      },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'index' },
      spec: {
        ...workloadSpec('index', []),
        serviceName: 'index',
        volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claimSpec }],
      },
    },
  ];
}

function workloadSpec(app: string, volumes: readonly object[]): object {
  const container = {
    name: 'httpd',
    image: `${registry}/${diary}/httpd:1.0`,
    command: ['httpd', '-f', '-p', '8080', '-h', folder],
    volumeMounts: [{ name: 'data', mountPath: folder }],
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  };
  const user = { runAsNonRoot: true, runAsUser: 1234, runAsGroup: 1234, fsGroup: 4321 };
  const podSpec = {
    serviceAccountName: accountName,
    terminationGracePeriodSeconds: 1,
    securityContext: { ...user, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [container],
    volumes,
  };
  const labels = { app };
  return { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec } };
}

import type { Kubectl } from '../demo/kubectl.ts';
import { containerSecurity, podSecurity } from './objects.ts';
import type { ServerPlace } from './run-python.ts';

export interface SinglePod {
  readonly kubectl: Kubectl;
  readonly namespace: string;
  readonly name: string;
  readonly image: string;
  /** Literal variables. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Absent: the user of the image. */
  readonly user?: number;
  /** Group, where a user is given; 0 as on OpenShift. */
  readonly group?: number;
  /** Port of which the pod is ready when it answers to `GET /api`. Absent: it is ready when it runs. */
  readonly port?: number;
}

/** Starts a pod with one container that runs an image as it is, with nothing mounted, and waits until it is ready. */
export async function startSinglePod(pod: SinglePod): Promise<ServerPlace> {
  const { kubectl, namespace, name, user, group = 0 } = pod;
  const spec = {
    terminationGracePeriodSeconds: 0,
    automountServiceAccountToken: false,
    securityContext: { ...podSecurity, ...(user === undefined ? {} : { runAsUser: user, runAsGroup: group }) },
    containers: [containerOf(pod)],
  };
  await kubectl.apply([{ apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: name } }, spec }], namespace);
  await kubectl.run(['wait', '--for=condition=Ready', `pod/${name}`, '-n', namespace, '--timeout=200s']);
  return { kubectl, namespace, target: `pod/${name}` };
}

function containerOf({ image, environment = {}, port }: SinglePod): object {
  const probe = { httpGet: { path: '/api', port }, periodSeconds: 1, failureThreshold: 120 };
  return {
    name: 'lab',
    image,
    env: Object.entries(environment).map(([name, value]) => ({ name, value })),
    securityContext: containerSecurity,
    ...(port === undefined ? {} : { ports: [{ containerPort: port }], readinessProbe: probe }),
  };
}

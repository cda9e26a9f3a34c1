import type { Kubectl } from '../../testbed/demo/kubectl.ts';

export interface SmallPod {
  readonly kubectl: Kubectl;
  readonly namespace: string;
  readonly name: string;
  /** With `sh`, `find` and `tar`. */
  readonly image: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Script of a shell that fills the folder `/files` as root before the pod starts. */
  readonly fill?: string;
  /** Names of containers; the first one has the files. */
  readonly containers?: readonly string[];
}

const profile = JSON.stringify({ schemaVersion: 1, workspace: ['/files'], home: '/home/user' });
/** Ends when it is asked to, as a first process does not by itself. */
const command = ['sh', '-c', "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done"];
const volumeMounts = [{ name: 'files', mountPath: '/files' }];

/** Starts a pod whose claim at `/files` is its workspace, as `pod/NAME`. It is ready when this resolves. */
export async function startSmallPod(pod: SmallPod): Promise<string> {
  const { kubectl, namespace, name, image, annotations, fill = ':', containers = ['tools'] } = pod;
  const fillAll = { name: 'fill', image, command: ['sh', '-ec', `cd /files; chmod 0777 .; ${fill}`], volumeMounts };
  const spec = {
    terminationGracePeriodSeconds: 0,
    automountServiceAccountToken: false,
    initContainers: [{ ...fillAll, securityContext: { runAsUser: 0 } }],
    containers: containers.map((each) => ({ name: each, image, command, volumeMounts })),
    volumes: [{ name: 'files', persistentVolumeClaim: { claimName: name } }],
  };
  const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '100Mi' } } };
  const metadata = { name, annotations: { 'crane-tasks.dev/application-profile': profile, ...annotations } };
  await kubectl.apply(
    [
      { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name }, spec: claim },
      { apiVersion: 'v1', kind: 'Pod', metadata, spec },
    ],
    namespace,
  );
  await kubectl.run(['wait', '--for=condition=Ready', `pod/${name}`, '-n', namespace, '--timeout=120s']);
  return `pod/${name}`;
}

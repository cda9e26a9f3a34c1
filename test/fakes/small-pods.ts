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
  /** Image that fills the folder; absent: that of the containers. */
  readonly fillImage?: string;
  /** Absent: a shell that waits. Empty: that of the image. */
  readonly command?: readonly string[];
  /** Members of the profile besides workspace and HOME. */
  readonly profile?: object;
  /** Absent: the default class. */
  readonly storageClass?: string;
  readonly accessMode?: string;
  /** Of the pod. */
  readonly securityContext?: object;
}

const profile = { schemaVersion: 1, workspace: ['/files'], home: '/home/user' };
/** Ends when it is asked to, as a first process does not by itself. */
const waiting = ['sh', '-c', "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done"];
const volumeMounts = [{ name: 'files', mountPath: '/files' }];

/** Starts a pod whose claim at `/files` is its workspace, as `pod/NAME`. It is ready when this resolves. */
export async function startSmallPod(pod: SmallPod): Promise<string> {
  const { kubectl, namespace, name, image, annotations, fill = ':', containers = ['tools'] } = pod;
  const { fillImage = image, command = waiting, storageClass, accessMode = 'ReadWriteOnce', securityContext } = pod;
  const fillAll = {
    name: 'fill',
    image: fillImage,
    command: ['sh', '-ec', `cd /files; chmod 0777 .; ${fill}`],
    volumeMounts,
  };
  const spec = {
    terminationGracePeriodSeconds: 0,
    automountServiceAccountToken: false,
    ...(securityContext === undefined ? {} : { securityContext }),
    initContainers: [{ ...fillAll, securityContext: { runAsUser: 0 } }],
    containers: containers.map((each) => ({
      name: each,
      image,
      ...(command.length === 0 ? {} : { command }),
      volumeMounts,
    })),
    volumes: [{ name: 'files', persistentVolumeClaim: { claimName: name } }],
  };
  const claim = {
    accessModes: [accessMode],
    resources: { requests: { storage: '100Mi' } },
    ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
  };
  const declared = JSON.stringify({ ...profile, ...pod.profile });
  const metadata = { name, annotations: { 'crane-tasks.dev/application-profile': declared, ...annotations } };
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

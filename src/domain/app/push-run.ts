import { TaskError } from '../core/errors.ts';
import type { JsonObject } from '../core/json-object.ts';
import { isRegistryHost, isRepositoryPath } from '../oci/image-location.ts';
import { epinioReleaseName, type Sha1 } from './epinio.ts';

/** An application in the namespace where it runs. */
export interface PushedApp {
  readonly app: string;
  readonly namespace: string;
}

/** What a run has besides its params. Undefined: it has none. */
export interface PushPlace {
  /** Name of the Pipeline. */
  readonly pipeline: string;
  readonly serviceAccount: string;
  /** Secret with the connection to the object storage. */
  readonly storageSecret: string;
  /** Secret with logins for registries. */
  readonly registrySecret: string | undefined;
  /** Secret with the login for a chart repository. */
  readonly chartSecret: string | undefined;
  /** ConfigMap with certificate authorities. */
  readonly caConfigMap: string | undefined;
  /** Claim that keeps the cache of the build; undefined: the run gets a volume of its own. */
  readonly claim: string | undefined;
  /** Size of that volume, for example `1Gi`. */
  readonly volumeSize: string;
  readonly storageClass: string | undefined;
  /** Group that the tasks share the volume with; undefined: the platform assigns one. */
  readonly fsGroup: number | undefined;
  /** Time after which Tekton ends the run and its pods. */
  readonly timeoutSeconds: number;
}

export interface PushRun extends PushedApp {
  readonly place: PushPlace;
  readonly params: Readonly<Record<string, string>>;
}

const longestLabel = 63;
const nameLength = 40;

/** Labels of all runs of an application, and of no other: a label value has 63 characters at most. */
export function pushLabels({ app, namespace }: PushedApp, sha1: Sha1): Readonly<Record<string, string>> {
  const label = app.length <= longestLabel ? app : epinioReleaseName(app, sha1);
  return { 'crane-tasks.dev/app': label, 'crane-tasks.dev/app-namespace': namespace };
}

/** A PipelineRun that builds and deploys an application: https://tekton.dev/docs/pipelines/pipelineruns/ */
export function pipelineRunOf({ app, namespace, place, params }: PushRun, sha1: Sha1): JsonObject {
  const { fsGroup } = place;
  const securityContext = { runAsNonRoot: true, ...(fsGroup === undefined ? {} : { fsGroup }) };
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata: {
      generateName: `push-${app.slice(0, nameLength).replaceAll('.', '-')}-`,
      labels: { 'app.kubernetes.io/part-of': 'crane-tasks', ...pushLabels({ app, namespace }, sha1) },
      // The source is in the object storage: nothing reads the volume after the run.
      ...(place.claim === undefined ? { annotations: { 'tekton.dev/auto-cleanup-pvc': 'true' } } : {}),
    },
    spec: {
      pipelineRef: { name: place.pipeline },
      params: Object.entries(params).map(([name, value]) => ({ name, value })),
      workspaces: workspacesOf(place),
      // Tekton's default of one hour would end slow builds.
      timeouts: { pipeline: `${String(place.timeoutSeconds)}s` },
      taskRunTemplate: { serviceAccountName: place.serviceAccount, podTemplate: { securityContext } },
    },
  };
}

function workspacesOf(place: PushPlace): readonly JsonObject[] {
  const { claim, storageSecret, registrySecret, chartSecret, caConfigMap } = place;
  return [
    {
      name: 'shared-data',
      ...(claim === undefined ? newVolume(place) : { persistentVolumeClaim: { claimName: claim } }),
    },
    { name: 's3-connection', secret: { secretName: storageSecret } },
    ...(registrySecret === undefined ? [] : [{ name: 'registry-auth', secret: { secretName: registrySecret } }]),
    ...(chartSecret === undefined ? [] : [{ name: 'chart-auth', secret: { secretName: chartSecret } }]),
    ...(caConfigMap === undefined ? [] : [{ name: 'ca-bundle', configMap: { name: caConfigMap } }]),
  ];
}

function newVolume({ volumeSize, storageClass }: PushPlace): JsonObject {
  const spec = {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: volumeSize } },
    ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
  };
  return { volumeClaimTemplate: { spec } };
}

const tagLength = 16;

/** The tag of an image that is built from a source. Epinio's have 16 hexadecimal digits, too. */
export function tagOfBlob(blobId: string): string {
  return blobId.replaceAll('-', '').slice(0, tagLength);
}

/**
 * The repository of an application: `host[/path]/<namespace>-<app>`, as Epinio names it.
 * @throws TaskError `invalid-param`
 */
export function pushLocation({ host, path, name }: PushTarget): string {
  if (host === undefined || !isRegistryHost(host))
    throw refuse(`destination-registry: expected host or host:port, got ${JSON.stringify(host ?? '')}`);
  const repository = path === '' ? name : `${path}/${name}`;
  if (!isRepositoryPath(repository))
    throw refuse(`destination-path: ${JSON.stringify(repository)} is not valid as the name of a repository`);
  return `${host}/${repository}`;
}

interface PushTarget {
  readonly host: string | undefined;
  /** Below the host; empty for none. */
  readonly path: string;
  readonly name: string;
}

function refuse(why: string): TaskError {
  return new TaskError('invalid-param', `reading ${why}`, {
    remedy: 'Give the registry that gets the image, such as registry.example.com, and a path in lower case.',
  });
}

import { hash } from 'node:crypto';

import { every } from '../../../adapters/clock/every.ts';
import { sleepUntil } from '../../../adapters/clock/sleep.ts';
import { namespaceOrDefault } from '../../../adapters/kube/choose-context.ts';
import { withCluster } from '../../../adapters/kube/connect.ts';
import { pushLocation, tagOfBlob, type PushPlace } from '../../../domain/app/push-run.ts';
import { TaskError } from '../../../domain/core/errors.ts';
import { stringAt } from '../../../domain/core/json-object.ts';
import { decodeBase64 } from '../../../domain/core/redaction/secret-forms.ts';
import type { Cluster } from '../../../domain/kube/cluster.ts';
import { knownKinds } from '../../../domain/kube/known-kinds.ts';
import type { SourceReader } from '../../../domain/source/source-list.ts';
import type { BlobStore } from '../../../domain/source/blob-store.ts';
import type { PipelineParam } from '../../../pipelines/definition/params.ts';
import type { TaskContext } from '../../../runtime/define-task.ts';
import { pushApplication } from '../../../usecases/app/push-application.ts';
import { findObject } from '../../../usecases/cluster/find-object.ts';
import { uploadSource } from '../../../usecases/source/upload-source.ts';
import { openStore, openStoreOf } from '../../shared/blob-store.ts';
import { ownerName } from '../../shared/releases.ts';
import { followToEnd } from '../watch/watch-run.ts';
import { chartOfRun, checkAppChart } from './check-app-chart.ts';
import { checkDeployment, type PushInput, type PushPlan, type PushValues } from './plan-push.ts';

interface SourcePush {
  readonly plan: PushPlan;
  readonly input: PushInput;
  readonly source: SourceReader;
}

/** Uploads a source, starts a run of the Pipeline and follows it. @throws TaskError */
export async function startRun({ plan, input, source }: SourcePush, context: TaskContext) {
  const { params, workspaces } = input;
  const { log, signal, environment, print } = context;
  const { context: name, 'kubeconfig-digest': kubeconfigDigest } = params;
  const options = { kubeconfig: workspaces.kubeconfig, context: name, kubeconfigDigest, environment, log, signal };
  const namespace = await namespaceOrDefault(plan.manifest.namespace, options);
  const runNamespace = params['run-namespace'] ?? namespace;
  const { app } = plan;
  const paramsOf = runParamsOf(plan, namespace, params);
  const place = placeOf(params);
  const chart = chartOfRun(plan);
  return withCluster(options, async (cluster) => {
    await checkAppChart(chart, plan, { params, cluster });
    const upload = async () => {
      const store = await openStorage(input, { cluster, runNamespace }, context);
      const sha256 = (text: string): string => hash('sha256', text);
      const request = { app, namespace, username: '', listOnly: false };
      const uploaded = await uploadSource(request, { source, store, hash: sha256, log });
      await source.discard?.();
      return uploaded;
    };
    const follow = (run: string) => {
      const followed = { namespace: runNamespace, name: run, timeoutSeconds: params.timeout };
      return followToEnd(followed, options, print).catch((error: unknown) => {
        throw isInterruption(error) ? interruptedAt(followed, error) : error;
      });
    };
    return pushApplication(
      { app, namespace, runNamespace, place, paramsOf, patience: params['wait-timeout'] * 1000 },
      {
        cluster,
        log,
        every,
        sleep: sleepUntil(signal, 'pushing an application'),
        now: Date.now,
        owner: ownerName(),
        sha1: (text) => hash('sha1', text),
        upload,
        follow,
      },
    );
  });
}

function isInterruption(error: unknown): error is TaskError {
  return error instanceof TaskError && error.code === 'interrupted';
}

function interruptedAt({ namespace, name }: { namespace: string; name: string }, error: TaskError): TaskError {
  return new TaskError('interrupted', error.message, {
    remedy: `The run continues. Follow it: crane-tasks watch ${name} --namespace=${namespace}.`,
    cause: error,
  });
}

/** The params of the run; the image has a tag that follows from the source. @throws TaskError `invalid-param` */
function runParamsOf(plan: PushPlan, namespace: string, params: PushValues) {
  const { app, deployment } = plan;
  const { builder } = plan.manifest;
  if (builder === undefined) throw missing('builder-image', 'staging.builder in epinio.yml');
  const repository = pushLocation({
    host: params['destination-registry'],
    path: params['destination-path'] ?? '',
    name: `${namespace}-${app}`,
  });
  checkDeployment(plan, repository, params);
  return (blobId: string): Readonly<Record<string, string>> => {
    const own: { readonly [K in PipelineParam]?: string } = {
      app,
      namespace,
      'blob-id': blobId,
      image: `${repository}:${tagOfBlob(blobId)}`,
      'builder-image': builder,
      'run-image': params['run-image'] ?? '',
      'cache-image': params['cache-image'] ?? '',
      'allow-account-secrets': String(params['allow-account-secrets']),
    };
    return { ...own, ...deployment };
  };
}

function missing(param: string, other: string): TaskError {
  return new TaskError('invalid-param', `reading what to push: ${param} is missing`, {
    remedy: `Give --${param}, or ${other}.`,
  });
}

function placeOf(params: PushValues): PushPlace {
  const group = params['fs-group'];
  if (!/^\d{0,10}$/.test(group))
    throw new TaskError('invalid-param', `--fs-group: expected a number, got ${JSON.stringify(group)}`, {
      remedy: 'Give the number of a group, or an empty value.',
    });
  return {
    pipeline: 'app-push',
    serviceAccount: params['run-service-account'],
    storageSecret: params['storage-secret'],
    registrySecret: params['registry-secret'],
    chartSecret: params['chart-secret'],
    caConfigMap: params['ca-config-map'],
    claim: params.claim,
    volumeSize: params['volume-size'],
    storageClass: params['storage-class'],
    fsGroup: group === '' ? undefined : Number(group),
    timeoutSeconds: params['run-timeout'],
  };
}

interface RunCluster {
  readonly cluster: Cluster;
  readonly runNamespace: string;
}

/** The bucket: as the user names it, else as the Secret says that the run reads. */
async function openStorage(
  { params, workspaces }: PushInput,
  { cluster, runNamespace }: RunCluster,
  context: TaskContext,
): Promise<BlobStore> {
  const { 's3-connection': folder, 'ca-bundle': caBundle } = workspaces;
  if (folder !== undefined) return openStore({ 's3-connection': folder, 'ca-bundle': caBundle }, context);
  const name = params['storage-secret'];
  const secret = await findObject(cluster, { kind: knownKinds.secrets, namespace: runNamespace, name });
  if (secret === undefined)
    throw new TaskError('invalid-param', `reading Secret ${runNamespace}/${name}: it does not exist`, {
      remedy: 'Create it with the connection to the object storage, or name another one with --storage-secret.',
    });
  const read = (key: string): string | undefined => decodeBase64(stringAt(secret, 'data', key) ?? '') || undefined;
  const settings = {
    config: read('config'),
    credentials: read('credentials'),
    endpoint: read('endpoint'),
    bucket: read('bucket'),
    useSSL: read('useSSL'),
  };
  return openStoreOf(settings, caBundle, context);
}

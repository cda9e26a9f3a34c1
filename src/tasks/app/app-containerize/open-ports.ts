import { hash, randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { unpackLayer } from '../../../adapters/archives/unpack-layer.ts';
import { createLayerWriter } from '../../../adapters/archives/write-layer.ts';
import { every } from '../../../adapters/clock/every.ts';
import { sleepUntil } from '../../../adapters/clock/sleep.ts';
import { makeFolder } from '../../../adapters/files/beneath.ts';
import { rootAt } from '../../../adapters/files/place.ts';
import { openFolder } from '../../../adapters/files/local-folder.ts';
import { namespaceOrDefault } from '../../../adapters/kube/choose-context.ts';
import { connectCluster, connectStreams, withCluster } from '../../../adapters/kube/connect.ts';
import { openScanner } from '../../../adapters/scan/open-scanner.ts';
import { strictYamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import { formatHtml } from '../../../domain/containerize/page/format-html.ts';
import { formatSummaryJson, redactSummary } from '../../../domain/containerize/summary.ts';
import { formatSummaryText } from '../../../domain/containerize/format-summary.ts';
import type { Cluster } from '../../../domain/kube/cluster.ts';
import { readAllowList } from '../../../domain/scan/allow-list.ts';
import type { ImageSummary } from '../../../domain/schemas/documents.ts';
import type { TaskContext, ValuesOf } from '../../../runtime/define-task.ts';
import { ownProcess } from '../../../runtime/process.ts';
import { version } from '../../../runtime/version.ts';
import type { ContainerizePorts } from '../../../usecases/containerize/ports.ts';
import { openExportRegistries } from '../../shared/exports.ts';
import { openReadRegistries } from '../../shared/read-registries.ts';
import { parseRegistryAddresses } from '../../shared/registry-addresses.ts';
import { ownerName } from '../../shared/releases.ts';
import { showProgress } from '../../shared/show-progress.ts';
import { endHelper, isMountedHere, openContainer, openHelper, readersOf } from './open-files.ts';
import { runHook } from './run-hook.ts';
import type { appContainerizeParams } from './params.ts';

export interface ContainerizeWorkspaces {
  readonly output: string;
  readonly library: string | undefined;
  readonly files: string | undefined;
  readonly kubeconfig: string | undefined;
  readonly 'registry-auth': string | undefined;
  readonly 'ca-bundle': string | undefined;
}

interface RunInput {
  readonly params: ValuesOf<typeof appContainerizeParams>;
  readonly workspaces: ContainerizeWorkspaces;
}

interface RunScene {
  readonly namespace: string;
  readonly ports: ContainerizePorts;
}

/** Opens the cluster and the registries for a run, and closes them at its end. */
export async function withPorts<T>(
  { params, workspaces }: RunInput,
  context: TaskContext,
  use: (scene: RunScene) => Promise<T>,
): Promise<T> {
  const { environment, log, signal } = context;
  const { context: name, 'kubeconfig-digest': kubeconfigDigest } = params;
  const { kubeconfig, 'ca-bundle': caBundle, 'registry-auth': registryAuth } = workspaces;
  const options = { kubeconfig, context: name, kubeconfigDigest, caBundle, environment, log, signal };
  const namespace = await namespaceOrDefault(params.namespace, options);
  const addresses = parseRegistryAddresses(params['registry-addresses']);
  const { 'registry-tls-verify': verifyTls, 'token-registry': tokenRegistry } = params;
  const allow = readAllowList(strictYamlCodec.parse(params['allow-findings'] ?? '', 'allow-findings')[0]);
  await makeFolder({ root: rootAt(workspaces.output, 'refused'), path: '' });
  return withCluster(options, async (cluster) => {
    const streams = await connectStreams(options);
    // After a signal, the connections above are closed.
    const late = { ...options, signal: new AbortController().signal };
    const [cleanUp, lateStreams] = await Promise.all([connectCluster(late), connectStreams(late)]);
    const source = await openReadRegistries({ ...options, registryAuth, verifyTls, tokenRegistry, addresses }, context);
    try {
      const registries = await openDestination({ params, workspaces }, context);
      const folder = workspaces.output;
      const ports: ContainerizePorts = {
        ...commonPorts(cluster, context),
        ...registries,
        source: source.registry,
        addressOf: (host) => addresses.get(host) ?? host,
        openContainer: (place) => openContainer(streams, place),
        cleanUp,
        allowTimeToStop: ownProcess.allowTimeToStop,
        runHook: (place, hook, isLast) => runHook(isLast ? lateStreams : streams, place, hook),
        isMountedHere: isMountedHere(workspaces),
        openHelper: (place, folders) => openHelper(streams, place, folders),
        endHelper: (place) => endHelper(lateStreams, place),
        filesOf: readersOf(workspaces, { environment, signal }),
        openScanner: (secrets) => openScanner({ secrets, allow, scratch: folder, environment, signal }),
        unpackLayer,
        layers: createLayerWriter({ scratch: folder, signal }),
        writeSummary: (summary) => writeSummary(folder, summary, context),
      };
      return await use({ namespace, ports });
    } finally {
      await Promise.all([source.close(), streams.close(), lateStreams.close(), cleanUp.close()]);
    }
  });
}

function commonPorts(cluster: Cluster, { log, signal, print }: TaskContext) {
  return {
    exports: { cluster, owner: ownerName(), now: Date.now },
    log,
    signal,
    print: (text: string) => printLines(text, print),
    every,
    yaml: strictYamlCodec,
    random: (count: number) => randomBytes(count),
    sha256: (text: string) => `sha256:${hash('sha256', text)}`,
    version,
  };
}

async function openDestination({ params, workspaces }: RunInput, context: TaskContext) {
  const { log, signal } = context;
  const verifyTls = params['destination-registry-tls-verify'];
  const registries = { params: { 'registry-tls-verify': verifyTls }, workspaces };
  const { push, anonymous } = await openExportRegistries(registries, context);
  return {
    anonymous: anonymous(params['destination-registry'].toLowerCase()),
    push: {
      log,
      signal,
      progress: showProgress(log),
      destination: push,
      pause: sleepUntil(signal, 'pushing the image'),
      digestOf: (bytes: Uint8Array) => `sha256:${hash('sha256', bytes)}`,
    },
  };
}

/** Writes the summary beside the report, and prints it for people. */
async function writeSummary(folder: string, made: ImageSummary, { log, print }: TaskContext): Promise<void> {
  const summary = redactSummary(made, log.redactor);
  const reports = openFolder(join(folder, 'reports'));
  await reports.write('image.json', formatSummaryJson(summary));
  await reports.write('image.html', formatHtml(summary));
  printLines(formatSummaryText(summary), print);
}

function printLines(text: string, print: TaskContext['print']): void {
  for (const line of text.trimEnd().split('\n')) print(line);
}

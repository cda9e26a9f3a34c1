import { TaskError } from '../../domain/core/errors.ts';
import { describeResource, type Resource } from '../../domain/kube/resource.ts';
import type { OptionalFlags } from '../../domain/transform/transform-options.ts';
import type { Plugin, Verdict } from '../../domain/transform/plugin.ts';
import {
  formatPluginRequest,
  metadataRequest,
  parsePluginMetadata,
  parsePluginVerdict,
  ProtocolError,
  type PluginMetadata,
} from '../../domain/transform/plugin-protocol.ts';
import { BrokenBefore, openBatchWorker, type BatchWorker } from './batch-worker.ts';
import { findPlugins, type PluginSearch } from './find-plugins.ts';
import { PluginTimeout, relayLines, runOnce, type PluginLimits } from './run-once.ts';

export interface OpenedPlugins {
  readonly plugins: readonly Plugin[];
  readonly close: () => Promise<void>;
}

/**
 * Finds the plugins that are programs and asks each for its metadata.
 * @param extras the flags that each of them is given with every resource
 * @throws TaskError `invalid-param` or `invalid-file` for what may not run, `program-broke` or `timeout` for a program
 *   that is not a plugin
 */
export async function openPlugins(
  search: PluginSearch,
  limits: PluginLimits,
): Promise<(extras: OptionalFlags) => OpenedPlugins> {
  const paths = await findPlugins(search);
  const known = await Promise.all(paths.map(async (path) => ({ path, metadata: await readMetadata(path, limits) })));
  return (extras) => {
    const workers: BatchWorker[] = [];
    const over = new AbortController();
    const own = { ...limits, signal: AbortSignal.any([limits.signal, over.signal]) };
    const plugins = known.map(({ path, metadata }) => {
      const { name, version, optionalFields, isBatch } = metadata;
      if (!isBatch) return { name, version, optionalFields, run: runSingly({ name, path }, extras, own) };
      const worker = openBatchWorker({ name, path }, extras, own);
      workers.push(worker);
      return { name, version, optionalFields, run: runInBatch(name, worker, own) };
    });
    return {
      plugins,
      close: async () => {
        await Promise.all(workers.map((worker) => worker.close()));
        // After an error some may still be at work on other resources.
        over.abort();
      },
    };
  };
}

type Run = (resource: Resource) => Promise<Verdict>;

async function readMetadata(path: string, limits: PluginLimits): Promise<PluginMetadata> {
  try {
    const { stdout, stderr } = await runOnce(path, metadataRequest, limits);
    if (stderr !== '') throw new ProtocolError('writes to standard error when asked for metadata');
    return parsePluginMetadata(stdout);
  } catch (error) {
    throw toTaskError(error, `asking the plugin ${path} for metadata`);
  }
}

function runSingly(
  { name, path }: Readonly<Record<'name' | 'path', string>>,
  extras: OptionalFlags,
  limits: PluginLimits,
): Run {
  return async (resource) => {
    try {
      const { stdout, stderr } = await runOnce(path, formatPluginRequest(resource, extras), limits);
      relayLines(name, stderr.split('\n'), limits.log);
      return parsePluginVerdict(stdout);
    } catch (error) {
      throw toTaskError(error, `running the plugin ${name} on ${describeResource(resource)}`);
    }
  };
}

function runInBatch(name: string, worker: BatchWorker, { signal }: PluginLimits): Run {
  return async (resource) => {
    try {
      signal.throwIfAborted();
      return await worker.ask(resource);
    } catch (error) {
      throw toTaskError(error, `running the plugin ${name} on ${describeResource(resource)}`);
    }
  };
}

function toTaskError(error: unknown, doing: string): unknown {
  const remedy = 'Fix the plugin, or leave it out with skip-plugins, then run again. Nothing was changed.';
  if (error instanceof ProtocolError)
    return new TaskError('program-broke', `${doing}: it ${error.message}`, { remedy });
  if (error instanceof PluginTimeout) return new TaskError('timeout', `${doing}: it ${error.message}`, { remedy });
  if (error instanceof BrokenBefore) {
    return new TaskError('program-broke', `${doing}: it broke on an earlier resource`, { remedy });
  }
  if (error instanceof TaskError) return error;
  return new TaskError('interrupted', `${doing}: the run was stopped`, { remedy: 'Run again.', cause: error });
}

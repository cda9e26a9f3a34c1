import type { TaskError } from '../../domain/core/errors.ts';
import type { JsonObject } from '../../domain/core/json-object.ts';
import type { Log } from '../../domain/core/ports.ts';
import type { ChartInput, Helm, UpgradeRequest } from '../../domain/helm/helm.ts';
import * as args from '../../domain/helm/helm-arguments.ts';
import { HelmError, onHelmFailure } from '../../domain/helm/helm-error.ts';
import { readHelmComplaint, readHelmFailure } from '../../domain/helm/helm-messages.ts';
import { historyArguments, listArguments, readArguments } from '../../domain/helm/read-arguments.ts';
import { parseHelmObject, parseHistory, parseReleases, revisionOf } from '../../domain/helm/read-helm-output.ts';
import { findProgram } from './build-kustomization.ts';
import { childEnvironment } from './child-environment.ts';
import type { PrivateFolder } from './private-folder.ts';
import { askVersion, runProgram, type ProgramEnd } from './run-program.ts';

export interface HelmOptions {
  /** Holds everything that helm reads and writes besides the chart. */
  readonly folder: PrivateFolder;
  /** Undefined: helm has no cluster, for `template` and `lint`. `refresh` runs before each command, and each minute. */
  readonly kubeconfig: { readonly path: string; readonly refresh: () => Promise<void> } | undefined;
  /** Text of a Docker configuration with logins for charts in registries. */
  readonly registryConfig?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly noteProgram: (program: string, version: string) => void;
}

/** A chart and a manifest of 1 MiB each come several times larger, as base64 within JSON. */
const mostOutput = 64 * 1024 * 1024;
const longestComplaint = 2000;
/** Commands without a wait of their own. */
const usualTimeout = 120_000;
/** What helm gets on top of its own limit. */
const grace = 30_000;
/** Helm writes the state of the release when it is stopped. A run that is stopped as a whole has less time. */
const stopDelay = 10_000;
const renewEvery = 60_000;

type Run = (
  words: readonly string[],
  options?: { readonly timeout?: number; readonly signal?: AbortSignal | undefined },
) => Promise<string>;

/**
 * Helm as a program. It has a home of its own, so that neither plugins nor repositories nor logins of the user reach it,
 * and its environment has only the named variables.
 * @throws TaskError `program-missing`, `disk-full`, `io-broke`
 */
export async function openHelm(options: HelmOptions): Promise<Helm> {
  const program = await findProgram('helm', options.environment['PATH'] ?? '');
  const environment = await helmEnvironment(options);
  const { signal, log } = options;
  const version = await askVersion({ program, args: ['version', '--short'], environment, signal });
  if (version !== undefined) options.noteProgram('helm', version);
  const run: Run = async (words, { timeout = usualTimeout, signal: own } = {}) => {
    log.debug(`helm ${words.join(' ')}`);
    const end = await withFreshToken(options, () =>
      runProgram({
        program,
        args: words,
        environment,
        cwd: options.folder.pathOf('home'),
        timeoutMilliseconds: timeout,
        signal: own === undefined ? signal : AbortSignal.any([signal, own]),
        killDelay: own === undefined ? undefined : stopDelay,
        mostOutput,
      }),
    );
    if (end.exitCode === 0) return end.stdout;
    throw helmError(words, end, options);
  };
  return createHelm(run, options);
}

function createHelm(run: Run, options: HelmOptions): Helm {
  let written = 0;
  async function withValues<T>(values: readonly string[], use: (files: readonly string[]) => Promise<T>): Promise<T> {
    const names = values.map(() => `values/${String((written += 1))}.yaml`);
    for (const [index, name] of names.entries()) await options.folder.write(name, values[index] ?? '');
    return use(names.map((name) => options.folder.pathOf(name)));
  }
  const upgrade = (request: UpgradeRequest, signal?: AbortSignal): Promise<string> =>
    withValues(request.values, (files) =>
      run(args.upgradeArguments(request, files), { timeout: timeoutOf(request), signal }),
    );
  return {
    upgrade: async (request, signal) => revisionOf(parseHelmObject(await upgrade(request, signal), 'upgrade')),
    dryRun: (request, as): Promise<JsonObject> =>
      withValues(request.values, async (files) =>
        parseHelmObject(await run(args.dryRunArguments(request, files, as)), as),
      ),
    rollback: async (request, signal) => {
      await run(args.rollbackArguments(request), { timeout: timeoutOf(request), signal });
    },
    history: (release) =>
      run(historyArguments(release))
        .then(parseHistory)
        .catch(onHelmFailure(['not-found'], [])),
    list: async (namespace) => parseReleases(await run(listArguments(namespace))),
    manifest: (release, revision) => run(readArguments(release, { part: 'manifest', revision })),
    hooks: (release) => run(readArguments(release, { part: 'hooks' })),
    values: async (release, choice = {}) =>
      parseHelmObject(await run(readArguments(release, { part: 'values', ...choice })), 'get values'),
    uninstall: async (request) => {
      await run(args.uninstallArguments(request), { timeout: timeoutOf(request) });
    },
    template: (input) => withValues(input.values, (files) => run(args.templateArguments(input, files))),
    lint: (input) => withValues(input.values, (files) => lint(run, input, files)),
  };
}

async function lint(run: Run, input: ChartInput, files: readonly string[]): Promise<readonly string[]> {
  try {
    await run(args.lintArguments(input, files));
    return [];
  } catch (error) {
    if (!(error instanceof HelmError)) throw error;
    return error.message.split('\n').filter((line) => line.startsWith('['));
  }
}

function timeoutOf({ timeoutSeconds }: { readonly timeoutSeconds: number }): number {
  return timeoutSeconds * 1000 + grace;
}

/** Keeps the token of the kubeconfig valid during a command that waits for long. */
async function withFreshToken({ kubeconfig, log }: HelmOptions, use: () => Promise<ProgramEnd>): Promise<ProgramEnd> {
  await kubeconfig?.refresh();
  const refresh = (): void => {
    kubeconfig?.refresh().catch((error: unknown) => {
      log.warn(`renewing the token for helm: ${error instanceof Error ? error.message : 'failed'}`);
    });
  };
  const timer = setInterval(refresh, renewEvery).unref();
  return use().finally(() => clearInterval(timer));
}

function helmError(words: readonly string[], { stdout, stderr }: ProgramEnd, { log }: HelmOptions): TaskError {
  const name = words.slice(0, words[0] === 'get' ? 2 : 1).join(' ');
  // lint prints its findings on standard output.
  const text = name === 'lint' ? `${stdout}\n${stderr}` : stderr;
  const complaint = log.redactor.excerpt(readHelmComplaint(text), longestComplaint);
  return new HelmError(readHelmFailure(stderr), `running helm ${name}: ${complaint}`);
}

/** https://helm.sh/docs/helm/helm/ lists the variables. The PATH is empty: helm starts no program for these commands. */
async function helmEnvironment(options: HelmOptions): Promise<Readonly<Record<string, string>>> {
  const { folder, kubeconfig, registryConfig, environment } = options;
  for (const name of ['home', 'tmp', 'cache', 'config', 'data', 'plugins']) await folder.makeFolder(name);
  await folder.write('registry/config.json', registryConfig ?? '{}');
  return {
    ...childEnvironment(environment),
    PATH: folder.pathOf('home'),
    HOME: folder.pathOf('home'),
    TMPDIR: folder.pathOf('tmp'),
    HELM_CACHE_HOME: folder.pathOf('cache'),
    HELM_CONFIG_HOME: folder.pathOf('config'),
    HELM_DATA_HOME: folder.pathOf('data'),
    HELM_PLUGINS: folder.pathOf('plugins'),
    HELM_REGISTRY_CONFIG: folder.pathOf('registry/config.json'),
    HELM_DRIVER: 'secret',
    KUBECONFIG: kubeconfig?.path ?? '/dev/null',
  };
}

import { TaskError } from '../../domain/errors.ts';
import { destinationName, type CopyJob } from '../../domain/sync/copy-job.ts';
import { SyncFailure } from '../../domain/sync/failure.ts';
import { skopeoCopyArguments } from '../../domain/sync/skopeo-arguments.ts';
import { readSkopeoMessage } from '../../domain/sync/skopeo-messages.ts';
import type { Log } from '../../usecases/ports.ts';
import type { Copier } from '../../usecases/sync/ports.ts';
import type { PrivateFolder } from './private-folder.ts';
import { askVersion } from './program-version.ts';
import type { ProgramEnd, ProgramRun } from './run-program.ts';

/** One side of all copies. */
interface CopierSide {
  readonly verifyTls: (host: string) => boolean;
  /** Text of an auth file with the logins in force now. */
  readonly authFile: () => Promise<string>;
  /** Has refused logins read anew. */
  readonly renew: () => Promise<void>;
}

export interface CopierOptions {
  readonly source: CopierSide;
  readonly destination: CopierSide;
  /** PEM text of authorities to trust besides the system's; empty for none. */
  readonly caBundle: string;
  readonly folder: PrivateFolder;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A copy without any byte going in or out for so long is ended and tried again. */
  readonly stallMilliseconds: number;
  /** Processors that each copy may use. */
  readonly threads: number;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly noteProgram: (program: string, version: string) => void;
}

/** Copies with the program skopeo, one process for each image. */
export function createSkopeoCopier(options: CopierOptions): Copier {
  const logins = new LoginFiles(options);
  const used = new WeakMap<CopyJob, number>();
  let certificates: Promise<string | undefined> | undefined;
  let version: Promise<void> | undefined;
  return {
    async copy(job, tag) {
      certificates ??= writeCertificates(options);
      version ??= noteVersion(options);
      used.set(job, await logins.refresh());
      const args = argumentsFor({ job, tag, options, certificates: await certificates });
      options.log.debug(`skopeo ${args.join(' ')}`);
      const [{ exitCode, stderr }] = await Promise.all([runSkopeo(args, options), version]);
      if (exitCode === 0) return;
      const { kind, text } = readSkopeoMessage(stderr);
      throw new SyncFailure(kind, `copying ${destinationName(job, tag)}: skopeo: ${text}`);
    },
    async renewLogin(job) {
      await Promise.all([options.source.renew(), options.destination.renew()]);
      return (await logins.refresh()) !== used.get(job);
    },
  };
}

interface CopyCall {
  readonly job: CopyJob;
  readonly tag: string;
  readonly options: CopierOptions;
  readonly certificates: string | undefined;
}

function argumentsFor({ job, tag, options, certificates }: CopyCall): readonly string[] {
  const certificateFolder = certificates === undefined ? {} : { certificateFolder: certificates };
  const { source, destination, folder } = options;
  return skopeoCopyArguments({
    job,
    tag,
    source: {
      authFile: folder.pathOf(sourceFile),
      verifyTls: source.verifyTls(job.source.registry),
      ...certificateFolder,
    },
    destination: {
      authFile: folder.pathOf(destinationFile),
      verifyTls: destination.verifyTls(job.destination.registry),
      ...certificateFolder,
    },
  });
}

const sourceFile = 'source-auth.json';
const destinationFile = 'destination-auth.json';

/**
 * The auth files, written anew when a login changed. Two files, since both sides may be one registry with two accounts.
 * Copies that start together share one writing.
 */
class LoginFiles {
  readonly #options: CopierOptions;
  #written = '';
  #version = 0;
  #latest: Promise<number> = Promise.resolve(0);

  constructor(options: CopierOptions) {
    this.#options = options;
  }

  /** A number that grows with each change. */
  refresh(): Promise<number> {
    this.#latest = this.#latest.then(
      () => this.#write(),
      () => this.#write(),
    );
    return this.#latest;
  }

  async #write(): Promise<number> {
    const { source, destination, folder } = this.#options;
    const [from, to] = await Promise.all([source.authFile(), destination.authFile()]);
    const both = `${from}\n${to}`;
    if (both !== this.#written) {
      await Promise.all([folder.write(sourceFile, from), folder.write(destinationFile, to)]);
      this.#written = both;
      this.#version += 1;
    }
    return this.#version;
  }
}

/** skopeo adds the authorities of such a folder to the system's (containers-certs.d(5)). */
async function writeCertificates({ caBundle, folder }: CopierOptions): Promise<string | undefined> {
  if (caBundle === '') return undefined;
  await folder.write('certificates/bundle.crt', caBundle);
  return folder.pathOf('certificates');
}

async function noteVersion({ environment, signal, noteProgram }: CopierOptions): Promise<void> {
  const run = { program: 'skopeo', args: ['--version'], environment: childEnvironment(environment), signal };
  const version = await askVersion(run);
  if (version !== undefined) noteProgram('skopeo', version);
}

async function runSkopeo(
  args: readonly string[],
  options: CopierOptions,
): Promise<{ exitCode: number; stderr: string }> {
  const { environment, stallMilliseconds, signal } = options;
  try {
    return await runProgram({
      program: 'skopeo',
      args,
      // Read by the Go runtime of skopeo (package runtime, "Environment Variables").
      environment: { ...childEnvironment(environment), GOMAXPROCS: String(options.threads) },
      stallMilliseconds,
      signal,
    });
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    if (error.code === 'program-missing') throw new SyncFailure('program-missing', error.message);
    throw new SyncFailure(error.code === 'interrupted' ? 'interrupted' : 'unavailable', error.message);
  }
}

// execa takes a while to load, and a run with nothing to copy does not need it.
async function runProgram(run: ProgramRun): Promise<ProgramEnd> {
  const programs = await import('./run-program.ts');
  return programs.runProgram(run);
}

const noFolder = '/dev/null';
const passedOn = [
  'PATH',
  'HOME',
  'TMPDIR',
  'LANG',
  'TZ',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'XDG_RUNTIME_DIR',
  'XDG_CONFIG_HOME',
];
const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];

/**
 * Named variables only: the own environment may hold tokens. What skopeo learns of where blobs are goes into its memory
 * instead of a database in its data folder: copies would wait for each other there, and what they share is mounted
 * before they start.
 */
function childEnvironment(environment: CopierOptions['environment']): Record<string, string> {
  const kept = [...passedOn, ...proxies].flatMap((name): [string, string][] => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(kept), XDG_DATA_HOME: noFolder };
}

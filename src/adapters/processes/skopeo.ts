import { TaskError } from '../../domain/core/errors.ts';
import { destinationName, type CopyJob } from '../../domain/images/copy/copy-job.ts';
import { SyncFailure } from '../../domain/oci/failure.ts';
import { skopeoCopyArguments, type SkopeoCopy } from '../../domain/images/skopeo/skopeo-arguments.ts';
import { readSkopeoMessage } from '../../domain/images/skopeo/skopeo-messages.ts';
import type { Log } from '../../domain/core/ports.ts';
import type { Copier } from '../../domain/images/copy/copier.ts';
import { childEnvironment } from './child-environment.ts';
import type { PrivateFolder } from './private-folder.ts';

export interface CopierSide {
  readonly verifyTls: (host: string) => boolean;
  /** Files for a folder as containers-certs.d(5) has it, by name; none for a registry that the system's authorities know. */
  readonly certificates: (host: string) => Readonly<Record<string, string>>;
  /** Text of an auth file with the login for a repository in force now; with none if the registry asked for none. */
  readonly authFile: (host: string, path: string) => Promise<string>;
  /** Has refused logins read again. */
  readonly renew: () => Promise<void>;
}

export interface CopierOptions {
  readonly source: CopierSide;
  readonly destination: CopierSide;
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

export function createSkopeoCopier(options: CopierOptions): Copier {
  const used = new WeakMap<CopyJob, string>();
  const logins = { source: openLoginFiles(options, 'source'), destination: openLoginFiles(options, 'destination') };
  const folders = {
    source: openCertificateFolders(options, 'source'),
    destination: openCertificateFolders(options, 'destination'),
  };
  let version: Promise<void> | undefined;
  async function argumentsOf(side: 'source' | 'destination', job: CopyJob): Promise<SkopeoCopy['source']> {
    const { host } = job[side];
    const [folder, authFile] = await Promise.all([folders[side](host), logins[side](job)]);
    return {
      authFile,
      verifyTls: options[side].verifyTls(host),
      ...(folder === undefined ? {} : { certificateFolder: folder }),
    };
  }
  return {
    async copy(job, tag) {
      version ??= noteVersion(options);
      const [source, destination] = await Promise.all([argumentsOf('source', job), argumentsOf('destination', job)]);
      used.set(job, `${source.authFile}\n${destination.authFile}`);
      const args = skopeoCopyArguments({ job, tag, source, destination });
      options.log.debug(`skopeo ${args.join(' ')}`);
      const [{ exitCode, stderr }] = await Promise.all([runSkopeo(args, options), version]);
      if (exitCode === 0) return;
      const { kind, text } = readSkopeoMessage(stderr, options.log.redactor);
      throw new SyncFailure(kind, `copying ${destinationName(job, tag)}: skopeo: ${text}`);
    },
    async renewLogin(job) {
      await Promise.all([options.source.renew(), options.destination.renew()]);
      const [source, destination] = await Promise.all([logins.source(job), logins.destination(job)]);
      return `${source}\n${destination}` !== used.get(job);
    },
  };
}

/**
 * An auth file for each login of a side, written when it is first used: skopeo sends what it finds in its file to the
 * token server that a registry names to it.
 * @returns the path of the file for a copy; another one after each change of its login
 */
function openLoginFiles(
  { folder, ...sides }: CopierOptions,
  side: 'source' | 'destination',
): (job: CopyJob) => Promise<string> {
  const paths = new Map<string, Promise<string>>();
  let files = 0;
  async function write(text: string): Promise<string> {
    files += 1;
    const name = `${side}-auth-${String(files)}.json`;
    try {
      await folder.write(name, text);
      return folder.pathOf(name);
    } catch (error) {
      paths.delete(text);
      throw error;
    }
  }
  return async (job) => {
    const { host, path } = job[side];
    const text = await sides[side].authFile(host, path);
    const found = paths.get(text) ?? write(text);
    paths.set(text, found);
    return found;
  };
}

/** One folder for each registry of a side: skopeo adds what is in it to the system's (containers-certs.d(5)). */
function openCertificateFolders(
  { folder, ...sides }: CopierOptions,
  side: 'source' | 'destination',
): (host: string) => Promise<string | undefined> {
  const folders = new Map<string, Promise<string | undefined>>();
  async function write(host: string, name: string): Promise<string | undefined> {
    const files = Object.entries(sides[side].certificates(host));
    await Promise.all(files.map(([file, text]) => folder.write(`${name}/${file}`, text)));
    return files.length === 0 ? undefined : folder.pathOf(name);
  }
  return (host) => {
    const found = folders.get(host) ?? write(host, `certificates-${side}-${String(folders.size)}`);
    folders.set(host, found);
    return found;
  };
}

async function noteVersion({ environment, signal, noteProgram }: CopierOptions): Promise<void> {
  const { askVersion } = await import('./run-program.ts');
  const run = { program: 'skopeo', args: ['--version'], environment: skopeoEnvironment(environment), signal };
  const version = await askVersion(run);
  if (version !== undefined) noteProgram('skopeo', version);
}

async function runSkopeo(
  args: readonly string[],
  options: CopierOptions,
): Promise<{ exitCode: number; stderr: string }> {
  const { environment, stallMilliseconds, signal } = options;
  // execa takes a while to load, and a run with nothing to copy does not need it.
  const { runProgram } = await import('./run-program.ts');
  try {
    return await runProgram({
      program: 'skopeo',
      args,
      // Read by the Go runtime of skopeo (package runtime, "Environment Variables").
      environment: { ...skopeoEnvironment(environment), GOMAXPROCS: String(options.threads) },
      stallMilliseconds,
      signal,
    });
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    if (error.code === 'program-missing') throw new SyncFailure('program-missing', error.message);
    throw new SyncFailure(error.code === 'interrupted' ? 'interrupted' : 'unavailable', error.message);
  }
}

/**
 * skopeo keeps what it learns of the location of blobs in
 * memory instead of a database in its data folder: copies would wait for each other there, and what they share is
 * mounted before they start.
 */
function skopeoEnvironment(environment: CopierOptions['environment']): Readonly<Record<string, string>> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'XDG_RUNTIME_DIR', 'XDG_CONFIG_HOME'];
  // Go before 1.24 knows socks5 only, which means the same to it: the proxy resolves names.
  const known = Object.entries(childEnvironment(environment, names)).map(([name, value]): [string, string] => [
    name,
    /_proxy$/i.test(name) ? value.replace(/^socks5h:/i, 'socks5:') : value,
  ]);
  return { ...Object.fromEntries(known), XDG_DATA_HOME: '/dev/null' };
}

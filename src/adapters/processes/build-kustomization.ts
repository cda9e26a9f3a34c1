import { join, delimiter, isAbsolute, basename } from 'node:path';
import { constants } from 'node:fs';
import { access, stat, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';

import { TaskError, messageOf } from '../../domain/core/errors.ts';
import type { Redactor } from '../../domain/core/secret.ts';
import type { Log } from '../../domain/core/ports.ts';
import type { KustomizationFiles } from '../../domain/apply/kustomize/kustomization.ts';
import { createPrivateFolder, type PrivateFolder } from './private-folder.ts';
import { askVersion, runProgram, type ProgramEnd } from './run-program.ts';
import { pathOf, rootAt, type Place } from '../files/place.ts';
import { readPlace } from '../files/read-text.ts';

export interface BuildOptions {
  readonly log: Log;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly noteProgram: (program: string, version: string) => void;
}

export interface CheckedKustomization {
  /** Absolute path of its folder. */
  readonly path: string;
  readonly files: KustomizationFiles;
}

const timeoutMilliseconds = 300_000;
const longestComplaint = 2000;

/** Programs that build kustomizations with the same flags, and how they begin; the first one on the PATH is taken. */
const builders = {
  kubectl: { verb: 'kustomize', version: ['version', '--client'] },
  // A third of the size of kubectl.
  kustomize: { verb: 'build', version: ['version'] },
} as const;

/** The name of a program that builds kustomizations. */
export type Builder = keyof typeof builders;

/**
 * Builds a kustomization with `kubectl kustomize` or `kustomize build`, from a copy of the files that were checked, and
 * gives its YAML. The program reads the copy only (kustomize's own load restrictor).
 * @throws TaskError `invalid-file` with kustomize's own words, `disk-full` or `io-broke` for TMPDIR, `program-missing`, `program-broke`, `timeout`, `interrupted`
 */
export async function buildKustomization(checked: CheckedKustomization, options: BuildOptions): Promise<string> {
  const { builder, program } = await findBuilder(options.environment['PATH'] ?? '');
  // The manifests hold Secrets.
  const folder = await createPrivateFolder();
  try {
    // The name of the folder is the default value of a ValueAddTransformer.
    const name = join('copy', basename(checked.path));
    await copyKustomization(checked, { folder, name });
    const output = folder.pathOf('manifests.yaml');
    const { signal } = options;
    const [cwd, copy] = [folder.pathOf('.'), folder.pathOf(name)];
    const run = { program, environment: await isolatedEnvironment(folder), signal };
    const [end, version] = await Promise.all([
      runProgram({ ...run, args: kustomizeArgs(builder, copy, output), cwd, timeoutMilliseconds }),
      askVersion({ ...run, args: builders[builder].version }),
    ]);
    if (version !== undefined) options.noteProgram(builder, version);
    if (end.exitCode === 0) return await readFile(output, 'utf8');
    const stderr = end.stderr.replaceAll(copy, checked.path);
    throw buildError({ builder, path: checked.path }, { ...end, stderr }, options.log.redactor);
  } finally {
    await folder.remove();
  }
}

async function findBuilder(searchPath: string): Promise<{ readonly builder: Builder; readonly program: string }> {
  for (const builder of ['kubectl', 'kustomize'] as const) {
    const program = await locateProgram(builder, searchPath);
    if (program !== undefined) return { builder, program };
  }
  throw new TaskError('program-missing', 'building a kustomization: neither kubectl nor kustomize is on the PATH', {
    remedy: 'Install one of them, or use the image of this task, which has kustomize.',
  });
}

/**
 * The environment for a program that cannot clone, log in or load plugins: no program is on its PATH, git in particular,
 * its home is empty, and its proxy is an address where nothing listens. Go uses no proxy for loopback addresses: only
 * the check of the kustomization keeps kustomize from requests to them.
 */
export async function isolatedEnvironment(folder: PrivateFolder): Promise<Readonly<Record<string, string>>> {
  const [HOME, TMPDIR] = [folder.pathOf('home'), folder.pathOf('tmp')];
  for (const name of ['home', 'tmp']) await folder.makeFolder(name);
  const proxy = 'http://127.0.0.1:1';
  return { PATH: HOME, HOME, TMPDIR, KUBECONFIG: '/dev/null', HTTP_PROXY: proxy, HTTPS_PROXY: proxy };
}

function buildError(
  { builder, path }: { readonly builder: Builder; readonly path: string },
  { exitCode, stderr }: ProgramEnd,
  redactor: Redactor,
): TaskError {
  if (/no space left on device/i.test(stderr)) {
    return new TaskError('disk-full', `building the kustomization in ${path}: ENOSPC: no free space in ${tmpdir()}`, {
      remedy: 'Free space there, or name another folder with the environment variable TMPDIR, then run again.',
    });
  }
  // What a shell or env(1) returns for a program that is missing on the empty PATH.
  if (exitCode === 126 || exitCode === 127) {
    return new TaskError('program-broke', `running ${builder}: ${shortenComplaint(stderr, redactor)}`, {
      remedy: `Put ${builder} itself first on the PATH: a script that starts it finds no other programs.`,
    });
  }
  return new TaskError('invalid-file', `building the kustomization in ${path}: ${shortenComplaint(stderr, redactor)}`, {
    remedy: 'Fix the kustomization or the file that the message names, then run again.',
  });
}

/** What kustomize says, without the objects that it prints whole: they may be Secrets. */
export function shortenComplaint(stderr: string, redactor: Redactor): string {
  return redactor
    .redact(stderr.trim())
    .replaceAll(/(?:map\[|\{).*/g, '…')
    .slice(0, longestComplaint);
}

/** Arguments for the program. The folder is absolute, so it cannot look like a flag. */
export function kustomizeArgs(builder: Builder, folder: string, output: string): readonly string[] {
  return [
    builders[builder].verb,
    folder,
    `--output=${output}`,
    '--load-restrictor=LoadRestrictionsRootOnly',
    '--enable-helm=false',
    '--enable-alpha-plugins=false',
    '--network=false',
  ];
}

/**
 * The absolute path of a program, for a child that gets another PATH. Relative folders of the PATH are skipped.
 * @throws TaskError `program-missing`
 */
export async function findProgram(program: string, searchPath: string): Promise<string> {
  const file = await locateProgram(program, searchPath);
  if (file !== undefined) return file;
  throw new TaskError('program-missing', `running ${program}: the program is not on the PATH`, {
    remedy: `Install ${program}, or use the image of this task, which has it.`,
  });
}

async function locateProgram(program: string, searchPath: string): Promise<string | undefined> {
  for (const folder of searchPath.split(delimiter).filter((each) => isAbsolute(each))) {
    const file = join(folder, program);
    if (await isExecutable(file)) return file;
  }
  return undefined;
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

const mebibyte = 1024 * 1024;
const largestFile = 64 * mebibyte;

/**
 * Copies the files of a kustomization into a folder that other users of the volume cannot change. Only regular files are
 * copied: a link or a pipe could have taken the place of a file after the check.
 * @throws TaskError `invalid-file`, `disk-full` or `io-broke`
 */
export async function copyKustomization(
  { path: source, files }: CheckedKustomization,
  target: { readonly folder: PrivateFolder; readonly name: string },
): Promise<void> {
  const root = rootAt(source, 'refused');
  for (const [path, text] of files) {
    const content = text ?? (await readRegularFile({ root, path }));
    await target.folder.write(join(target.name, path), content);
  }
}

async function readRegularFile(place: Place): Promise<Buffer> {
  const path = pathOf(place);
  const content = await readPlace(place).catch((error: unknown) => {
    throw error instanceof TaskError ? error : invalidFile(path, messageOf(error), error);
  });
  if (content.length <= largestFile) return content;
  throw invalidFile(path, `expected a regular file of at most ${String(largestFile / mebibyte)} MiB`);
}

function invalidFile(path: string, why: string, cause?: unknown): TaskError {
  return new TaskError('invalid-file', `copying ${path}: ${why}`, {
    remedy: 'Replace it with a readable file, then run again.',
    cause,
  });
}

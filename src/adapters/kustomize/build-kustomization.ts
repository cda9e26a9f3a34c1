import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { TaskError } from '../../domain/errors.ts';
import { writeError } from '../files/write-file.ts';
import { askVersion } from '../programs/program-version.ts';
import { runProgram } from '../programs/run-program.ts';

export interface BuildOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly noteProgram: (program: string, version: string) => void;
}

const timeoutMilliseconds = 300_000;
const longestComplaint = 2000;

/**
 * Builds the kustomization in a folder with `kubectl kustomize` and gives its YAML. The program gets no kubeconfig, no
 * home and no network plugin; it reads below the folder only (kustomize's own load restrictor).
 * @throws TaskError `invalid-file` with kustomize's own words, `disk-full` or `io-broke` for TMPDIR, `program-missing`, `timeout`, `interrupted`
 */
export async function buildKustomization(folder: string, options: BuildOptions): Promise<string> {
  const prefix = join(tmpdir(), 'kustomize-');
  const temporary = await mkdtemp(prefix).catch((error: unknown) => {
    throw writeError(prefix, 0, error);
  });
  try {
    const output = join(temporary, 'manifests.yaml');
    const { signal } = options;
    const PATH = options.environment['PATH'] ?? '';
    const environment = { PATH, HOME: temporary, TMPDIR: temporary, KUBECONFIG: '/dev/null' };
    const kubectl = { program: 'kubectl', environment, signal };
    const [{ exitCode, stderr }, version] = await Promise.all([
      runProgram({ ...kubectl, args: kustomizeArgs(folder, output), cwd: temporary, timeoutMilliseconds }),
      askVersion({ ...kubectl, args: ['version', '--client'] }),
    ]);
    if (version !== undefined) options.noteProgram('kubectl', version);
    if (exitCode === 0) return await readFile(output, 'utf8');
    if (/no space left on device/i.test(stderr)) {
      throw new TaskError('disk-full', `building the kustomization in ${folder}: ENOSPC: no room in ${tmpdir()}`, {
        remedy: 'Make room there, or name another folder with the environment variable TMPDIR, then run again.',
      });
    }
    throw new TaskError('invalid-file', `building the kustomization in ${folder}: ${shortenComplaint(stderr)}`, {
      remedy: 'Mend the kustomization or the file that the message names, then run again.',
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** What kustomize says, without the objects that it prints whole: they may be Secrets. */
export function shortenComplaint(stderr: string): string {
  return stderr
    .trim()
    .replaceAll(/(?:map\[|\{).*$/gm, '…')
    .slice(0, longestComplaint);
}

/** Arguments for kubectl. The folder is absolute, so it cannot look like a flag. */
export function kustomizeArgs(folder: string, output: string): readonly string[] {
  return [
    'kustomize',
    folder,
    `--output=${output}`,
    '--load-restrictor=LoadRestrictionsRootOnly',
    '--enable-helm=false',
    '--enable-alpha-plugins=false',
    '--network=false',
  ];
}

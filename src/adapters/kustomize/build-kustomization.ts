import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';

import { TaskError } from '../../domain/errors.ts';
import { createPrivateFolder } from '../programs/private-folder.ts';
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
export async function buildKustomization(kustomization: string, options: BuildOptions): Promise<string> {
  // The manifests hold Secrets.
  const folder = await createPrivateFolder();
  try {
    const temporary = folder.pathOf('.');
    const output = folder.pathOf('manifests.yaml');
    const { signal } = options;
    const PATH = options.environment['PATH'] ?? '';
    const environment = { PATH, HOME: temporary, TMPDIR: temporary, KUBECONFIG: '/dev/null' };
    const kubectl = { program: 'kubectl', environment, signal };
    const [{ exitCode, stderr }, version] = await Promise.all([
      runProgram({ ...kubectl, args: kustomizeArgs(kustomization, output), cwd: temporary, timeoutMilliseconds }),
      askVersion({ ...kubectl, args: ['version', '--client'] }),
    ]);
    if (version !== undefined) options.noteProgram('kubectl', version);
    if (exitCode === 0) return await readFile(output, 'utf8');
    if (/no space left on device/i.test(stderr)) {
      throw new TaskError(
        'disk-full',
        `building the kustomization in ${kustomization}: ENOSPC: no room in ${tmpdir()}`,
        {
          remedy: 'Make room there, or name another folder with the environment variable TMPDIR, then run again.',
        },
      );
    }
    throw new TaskError('invalid-file', `building the kustomization in ${kustomization}: ${shortenComplaint(stderr)}`, {
      remedy: 'Mend the kustomization or the file that the message names, then run again.',
    });
  } finally {
    await folder.remove();
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

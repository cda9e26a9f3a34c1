import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';

import { programPath } from '../../testbed/clusters/programs.ts';

/** A plugin that was made with crane's own library, and built as crane's users build theirs. */
export type CranePlugin = 'annotation' | 'whiteout-pods' | 'kubernetes-rules' | 'sdk-voices';

/** Puts plugins into a folder, as their users do. */
export async function installPlugins(folder: string, plugins: readonly CranePlugin[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  await Promise.all(plugins.map((name) => copyFile(programPath(name), join(folder, name))));
}

export interface CraneQuestion {
  readonly resource: unknown;
  readonly extras: Readonly<Record<string, string>>;
  /** Of plugins, by the names that they give themselves; the least is the most important. */
  readonly priorities: Readonly<Record<string, number>>;
}

/** What crane makes of one resource. */
export interface CraneAnswer {
  readonly whiteout: boolean;
  /** In no order: crane's is another one each time. */
  readonly patches: readonly unknown[];
  readonly ignored: readonly unknown[];
  /** The resource with the patches; absent for a whiteout. */
  readonly applied?: unknown;
}

/**
 * Asks crane's own runner, which starts the plugins itself.
 * @param plugins paths of the programs
 */
export async function askCrane(
  plugins: readonly string[],
  questions: readonly CraneQuestion[],
): Promise<readonly CraneAnswer[]> {
  const { stdout } = await execa(programPath('crane-rules'), plugins, {
    input: questions.map((question) => JSON.stringify(question)).join('\n'),
  });
  return stdout.split('\n').map((line) => JSON.parse(line) as CraneAnswer);
}

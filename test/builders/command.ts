import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { execa } from 'execa';

import { assertWritten } from './documents.ts';
import { programFile } from './program.ts';

export interface CommandEnd {
  readonly exitCode: number | undefined;
  /** Results by name. */
  readonly results: Readonly<Record<string, string>>;
  readonly stderr: string;
  /** The last line of standard error. */
  readonly ending: string;
}

/** Arguments that start the programs as a process: `[node, file]`. */
export const command: readonly [string, string] = [process.execPath, programFile];

/** Runs one task as a process of its own in a folder, with its results in files as in a Task. */
export async function runTaskCommand(
  args: readonly string[],
  options: { readonly cwd: string; readonly environment?: Readonly<Record<string, string>> },
): Promise<CommandEnd> {
  const [node, program] = command;
  const since = Date.now();
  const results = await makeFolder();
  try {
    const { exitCode, stderr } = await execa(node, [program, ...args, `--results-dir=${results.path}`], {
      cwd: options.cwd,
      env: options.environment ?? {},
      reject: false,
    });
    await assertWritten({ cwd: options.cwd, args, since });
    const lines = stderr.trimEnd().split('\n');
    return { exitCode, results: await readTree(results.path), stderr, ending: lines.at(-1) ?? '' };
  } finally {
    await results.remove();
  }
}

/** A new folder below the system's temporary folder, and its removal. */
export async function makeFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'crane-tasks-test-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Copies a folder of test/golden. */
export function copyGolden(name: string, target: string): Promise<void> {
  return cp(goldenPath(name), target, { recursive: true });
}

export function goldenPath(name: string): string {
  return resolve(import.meta.dirname, '../golden', name);
}

/** Texts of all files below a folder, by relative path; `reports/` is left out, since it tells times. */
export async function readTree(path: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(
    files.map(async (file): Promise<[string, string]> => [file.slice(path.length + 1), await readFile(file, 'utf8')]),
  );
  return Object.fromEntries(
    texts.filter(([file]) => !file.startsWith('reports/')).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';

import { arrayAt, stringAt } from '../../src/domain/core/json-object.ts';
import { makeFolder, readTree } from './command.ts';
import { assertWritten } from './documents.ts';
import { programFile } from './program.ts';

/** One run of crane-export as a process, to its end. */
export interface ExportRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly results: Readonly<Record<string, unknown>>;
  readonly report: unknown;
  /** The export folder. */
  readonly folder: string;
  /** The item of the report with this id. */
  item(id: string): unknown;
  /** Exported files, relative to the folder, sorted. */
  files(): Promise<readonly string[]>;
  /** Every file of the export but the report, with its bytes. */
  contents(): Promise<Readonly<Record<string, string>>>;
}

/** Starts crane-export with flags; an empty value of `debug` leaves it out. */
export function startExport(flags: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) {
  const args = Object.entries(flags).map(([name, value]) => (name === 'debug' ? '--debug' : `--${name}=${value}`));
  return execa(process.execPath, [programFile, 'crane-export', ...args], {
    reject: false,
    stdin: 'ignore',
    env,
  });
}

/** Runs crane-export with flags, `export-dir` among them, to its end. */
export async function runExport(
  flags: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Promise<ExportRun> {
  const since = Date.now();
  const place = await makeFolder();
  const { exitCode, stdout, stderr } = await startExport({ 'results-dir': place.path, ...flags }, env);
  const results = await readTree(place.path);
  await place.remove();
  const folder = flags['export-dir'] ?? 'export';
  await assertWritten({ cwd: folder, args: [`--export-dir=${folder}`], since });
  const report = await readJson(path.join(folder, 'reports/crane-export.json'));
  return {
    exitCode: exitCode ?? -1,
    stdout,
    stderr,
    results,
    report,
    folder,
    item: (id) => arrayAt(report, 'items').find((item) => stringAt(item, 'id') === id),
    files: async () => (await listFiles(folder)).filter((file) => file.startsWith('resources/')),
    contents: () => readContents(folder),
  };
}

/** Every file of an export folder but the report, with its bytes. */
export async function readContents(folder: string): Promise<Readonly<Record<string, string>>> {
  const files = (await listFiles(folder)).filter((file) => !file.startsWith('reports/'));
  const entries = files.map(async (file) => [file, await readFile(path.join(folder, file), 'utf8')] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function listFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name))).sort();
}

async function readJson(file: string): Promise<unknown> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    return value;
  } catch {
    return undefined;
  }
}

import { constants, lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs';
import { join, posix } from 'node:path';

import { messageOf, TaskError } from '../../domain/core/errors.ts';
import type { LeftOut, SourceEntry, SourceList } from '../../domain/source/source-list.ts';
import { openBeneath } from '../files/beneath.ts';
import { rootAt, type Root } from '../files/place.ts';
import { createIgnoreRules, type IgnoreRules } from './ignore-rules.ts';

export interface ListOptions {
  /** Rules that come before those of files, as `configuration.ignore` of epinio.yml. */
  readonly patterns: readonly string[];
  /** Whether `.gitignore` counts where there is no `.epinioignore`. */
  readonly useGitignore: boolean;
  readonly signal: AbortSignal;
}

const ruleFiles = { own: '.epinioignore', git: '.gitignore' };
// Never part of a source, as in Epinio: histories and logins.
const neverPacked: ReadonlySet<string> = new Set([
  '.git',
  '.gitignore',
  '.gitmodules',
  '.gitconfig',
  '.git-credentials',
  ruleFiles.own,
]);
const largestRuleFile = 1024 * 1024;

/**
 * Lists a folder as a source: sorted, without what its ignore file leaves out. Folders that are left out are not read.
 * Empty folders are part of it.
 * @throws TaskError `invalid-file`, also when nothing is left, and `io-broke`
 */
export async function listSource(folder: string, { patterns, useGitignore, signal }: ListOptions): Promise<SourceList> {
  const root = rootAt(folder, 'refused');
  const rules = createIgnoreRules();
  rules.add('', patterns.join('\n'), 'ignore');
  const own = await readRules(root, ruleFiles.own);
  if (own !== undefined) rules.add('', own, ruleFiles.own);
  const entries: SourceEntry[] = [];
  const leftOut: LeftOut[] = [];
  let ruleFile = own === undefined ? undefined : ruleFiles.own;
  const open = [''];
  for (let current = open.pop(); current !== undefined; current = open.pop()) {
    signal.throwIfAborted();
    if (own === undefined && useGitignore) {
      const path = posix.join(current, ruleFiles.git);
      const text = await readRules(root, path);
      if (text !== undefined) {
        rules.add(current, text, path);
        ruleFile = ruleFiles.git;
      }
    }
    const found = readFolder(root, current, rules);
    entries.push(...found.entries);
    leftOut.push(...found.leftOut);
    open.push(...found.entries.filter(({ kind }) => kind === 'folder').map(({ path }) => path));
  }
  if (!entries.some(({ kind }) => kind !== 'folder')) throw nothingLeft(root, ruleFile, leftOut);
  return { entries: entries.sort(byPath), leftOut: leftOut.sort(byPath), ruleFile };
}

function readFolder(root: Root, folder: string, rules: IgnoreRules): Pick<SourceList, 'entries' | 'leftOut'> {
  const entries: SourceEntry[] = [];
  const leftOut: LeftOut[] = [];
  for (const name of readNames(join(root.path, folder))) {
    const path = posix.join(folder, name);
    const stats = lstatSync(join(root.path, path), { throwIfNoEntry: false });
    if (stats === undefined) {
      leftOut.push(unnamed(path));
      continue;
    }
    const shown = stats.isDirectory() ? `${path}/` : path;
    const bytes = stats.isDirectory() ? undefined : stats.size;
    const rule = neverPacked.has(name) ? 'always left out' : rules.find(shown);
    const entry = rule === undefined ? toEntry(root, path, stats) : rule;
    if (typeof entry === 'string') leftOut.push({ path: shown, bytes, rule: entry });
    else entries.push(entry);
  }
  return { entries, leftOut };
}

/** A name that is not UTF-8 was read with U+FFFD in place of the bytes. @throws TaskError `incomplete` for another name */
function unnamed(path: string): LeftOut {
  if (path.includes('\uFFFD')) return { path, bytes: undefined, rule: 'a name that is not UTF-8' };
  throw new TaskError('incomplete', `listing ${path}: it was deleted while the folder was read`, {
    remedy: 'Run again when no program changes the files.',
  });
}

/** The entry, or why there is none. */
function toEntry(root: Root, path: string, stats: Stats): SourceEntry | string {
  const common = { path, mode: stats.mode & 0o755, modified: Math.floor(stats.mtimeMs / 1000), size: 0, target: '' };
  if (stats.isDirectory()) return { ...common, kind: 'folder' };
  if (stats.isFile()) return { ...common, kind: 'file', size: stats.size };
  if (!stats.isSymbolicLink()) return 'a device, pipe or socket';
  const target = readlinkSync(join(root.path, path));
  const end = posix.normalize(posix.join(posix.dirname(path), target));
  const leavesRoot = target.startsWith('/') || end === '..' || end.startsWith('../');
  return leavesRoot ? 'a link out of the folder' : { ...common, kind: 'symlink', target };
}

function readNames(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    throw new TaskError('io-broke', `reading ${path}: ${messageOf(error)}`, {
      remedy: 'Check that the folder exists and that this user can read it, or leave it out with a rule.',
      cause: error,
    });
  }
}

async function readRules(root: Root, path: string): Promise<string | undefined> {
  const found = lstatSync(join(root.path, path), { throwIfNoEntry: false });
  if (found === undefined || found.isDirectory()) return undefined;
  if (found.size > largestRuleFile) {
    throw new TaskError('invalid-file', `reading ${join(root.path, path)}: the file is too large for rules`, {
      remedy: 'Keep only patterns in it.',
    });
  }
  await using handle = await openBeneath({ root, path }, constants.O_RDONLY);
  return await handle.readFile('utf8');
}

function nothingLeft(root: Root, ruleFile: string | undefined, leftOut: readonly LeftOut[]): TaskError {
  const why = leftOut.length === 0 ? 'the folder has no files' : `${ruleFile ?? 'the rules'} leaves out all files`;
  return new TaskError('invalid-file', `listing ${root.path}: ${why}`, {
    remedy: 'Name the folder of the application, or correct the patterns.',
  });
}

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : 1;
}

import type { CopyTotals } from '../../schemas/documents.ts';
import type { ComparedFile, CopyProgress, FileProblem, CopierVerdict } from '../copier/volume-copier.ts';
import { dataFolder, fieldSeparator, nameEnd } from './rsync-arguments.ts';

const origin = /^rsync: (?:\[\w+\] )?/;
const vanished = /^file has vanished: "(.*)"$/;
const notCopied = /^skipping non-regular file "(.*)"/;
/** Only root may do this to the root folder of a volume, which the cluster made. */
const ownerOnly = /^failed to set (?:times|permissions) on /;

/** The file that a line on standard error blames; undefined for a line about the whole run. */
export function parseFileError(line: string): FileProblem | undefined {
  const left = notCopied.exec(line)?.[1];
  if (left !== undefined) return { path: unescapeName(left), message: 'not copied: only root can make devices' };
  if (vanished.test(line)) return undefined;
  const { doing, name, rest } = splitBlame(line);
  if (!name.startsWith(dataFolder) && !/\(in /.test(rest)) return undefined;
  const message = `${doing.trim()}${rest}`.trim();
  return { path: relativeName(unescapeName(name)), message };
}

/** What rsync did, the quoted name of the file, which may have quotes in it, and the rest; all empty without a name. */
function splitBlame(line: string): { readonly doing: string; readonly name: string; readonly rest: string } {
  const start = origin.exec(line)?.[0].length ?? line.length;
  const open = line.indexOf('"', start);
  const close = line.lastIndexOf('"');
  if (open < 0 || close <= open) return { doing: '', name: '', rest: '' };
  return { doing: line.slice(start, open), name: line.slice(open + 1, close), rest: line.slice(close + 1) };
}

/** Whether an error says no more than that the cluster, and not the user of the pod, owns the volume's root folder. */
export function concernsRootFolder(line: string, { path }: FileProblem): boolean {
  return path === '' && ownerOnly.test(line.replace(origin, ''));
}

/** Reads a line of `--info=progress2`. */
export function parseProgress(line: string): CopyProgress | undefined {
  const [, bytes, percent, rate = ''] = /^\s*([\d,.]+)\s+(\d+)%\s+(\S+\/s)\s/.exec(line) ?? [];
  if (bytes === undefined) return undefined;
  return { bytes: toNumber(bytes), percent: Number(percent), rate };
}

const totalLines: readonly (readonly [keyof CopyTotals, RegExp])[] = [
  ['files', /^Number of files: ([\d,.]+)/],
  ['copiedFiles', /^Number of regular files transferred: ([\d,.]+)/],
  ['deletedFiles', /^Number of deleted files: ([\d,.]+)/],
  ['bytes', /^Total file size: ([\d,.]+) bytes/],
  ['copiedBytes', /^Literal data: ([\d,.]+) bytes/],
];

/** The part of the totals in a line of `--info=stats2`; undefined for any other line. */
export function parseTotal(line: string): Partial<CopyTotals> | undefined {
  for (const [key, pattern] of totalLines) {
    const figure = pattern.exec(line)?.[1];
    if (figure !== undefined) return { [key]: toNumber(figure) };
  }
  return undefined;
}

const missing = 'missing at the destination';
/** What rsync creates or writes again: files, links, pipes and sockets, devices. */
const written = ['<f', 'cL', 'cS', 'cD'];
const update = /^(?:[<>ch.][fdLDS]|\*deleting)/;

/** Reads a line of a proof as `proofArguments` has it printed; undefined for any other line. */
export function parseComparedFile(line: string): ComparedFile | undefined {
  // Cut by hand: this is asked for each of millions.
  const afterChanges = line.indexOf(fieldSeparator);
  const afterChecksum = line.indexOf(fieldSeparator, afterChanges + 1);
  const afterSize = line.indexOf(fieldSeparator, afterChecksum + 1);
  const afterName = line.indexOf(nameEnd, afterSize + 1);
  if (afterChanges < 0 || afterChecksum < 0 || afterSize < 0 || afterName < 0) return undefined;
  const changes = line.slice(0, afterChanges);
  const type = update.exec(changes)?.[0];
  if (type === undefined) return undefined;
  const checksum = line.slice(afterChanges + 1, afterChecksum).trim();
  const size = line.slice(afterChecksum + 1, afterSize);
  const name = line.slice(afterSize + 1, afterName);
  const link = line.slice(afterName + nameEnd.length);
  const path = relativeName(name);
  const common = { path, printed: name, bytes: Number(size) };
  if (type === '*deleting') {
    const difference = 'only at the destination';
    return { ...common, type: 'other', change: 'deleted', isMissing: false, difference, content: '' };
  }
  const kind = type.charAt(1);
  // The root folder belongs to the cluster; what it holds is compared.
  const difference = path === '' ? undefined : describeChanges(changes, link);
  return {
    ...common,
    type: kind === 'f' ? 'file' : kind === 'd' ? 'folder' : 'other',
    change: written.includes(type) ? 'written' : 'other',
    isMissing: type === '<f' && difference === missing,
    difference,
    content: [kind, checksum, kind === 'd' ? '' : size, name, kind === 'L' ? link : ''].join(fieldSeparator),
  };
}

const attributeNames: Readonly<Record<string, string>> = {
  c: 'content',
  s: 'size',
  t: 'time',
  T: 'time',
  p: 'mode',
  o: 'owner',
  g: 'group',
  a: 'access control list',
  x: 'extended attributes',
};

/** Explains the letters of `%i`, rsync(1) "--itemize-changes". */
function describeChanges(changes: string, link: string): string | undefined {
  const letters = changes.slice(2).trim();
  // Most files of most volumes.
  if (letters === '' && changes.startsWith('.')) return undefined;
  if (letters.includes('+')) return missing;
  const names = Object.entries(attributeNames)
    .filter(([letter]) => letters.includes(letter))
    .map(([letter, name]) => (letter === 'c' && changes.charAt(1) === 'L' ? 'target' : name));
  // A hard link is printed with the file that it will be linked to unless it is already.
  if (changes.startsWith('h') && link !== '') names.push('hard link');
  if (names.length > 0) return `differs in ${[...new Set(names)].join(', ')}`;
  return /^[.h]/.test(changes) ? undefined : 'differs';
}

function toNumber(figure: string): number {
  return Number(figure.replaceAll(/[,.]/g, ''));
}

function relativeName(name: string): string {
  if (isPlain(name)) return name;
  const relative = name.startsWith(dataFolder) ? name.slice(dataFolder.length) : name;
  return unescapeName(relative).replace(/^\/+/, '').replace(/^\.$/, '').replace(/\/$/, '');
}

/** Whether it is as the following would leave it. */
function isPlain(name: string): boolean {
  return !name.startsWith('/') && name !== '.' && !name.endsWith('/') && !name.includes('\\#');
}

/** rsync writes bytes that it would not print as `\#` and three octal digits. */
function unescapeName(name: string): string {
  return name.includes('\\#') ? new TextDecoder().decode(bytesOfName(name)) : name;
}

/** A list for `--files-from` and `--from0`, of names as rsync prints them. */
export function formatList(names: readonly string[]): Uint8Array {
  // A name may begin with what marks a comment in a list.
  return new Uint8Array(names.flatMap((name) => [...bytesOfName('./'), ...bytesOfName(name), 0]));
}

function bytesOfName(name: string): Uint8Array {
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (const part of name.split(/(\\#[0-7]{3})/)) {
    if (/^\\#[0-7]{3}$/.test(part)) bytes.push(Number.parseInt(part.slice(2), 8));
    else bytes.push(...encoder.encode(part));
  }
  return new Uint8Array(bytes);
}

/** 24: some files vanished meanwhile; the comparison shows what that means. */
const finished = [0, 24];
/** Some files could not be copied, or compared. */
const partial = 23;
/** 1: wrong options; 2: incompatible protocols; 4: unsupported. rsync(1), "EXIT VALUES". */
const hopeless = [1, 2, 4];

const diskFull = /No space left on device|Disk quota exceeded/;

interface RsyncExit {
  readonly exitCode: number;
  /** The last lines on standard error. */
  readonly errors: readonly string[];
  readonly wasConnected: boolean;
}

/** Judges how rsync ended: whether to continue, to retry, or neither. */
export function judgeExit({ exitCode, errors, wasConnected }: RsyncExit): CopierVerdict {
  const full = errors.find((line) => diskFull.test(line));
  if (full !== undefined) return { kind: 'final', reason: 'disk-full', message: full };
  if (finished.includes(exitCode)) return { kind: 'done', complaint: '' };
  const message = describeExit(errors, exitCode);
  if (exitCode === partial) return { kind: 'done', complaint: message };
  return hopeless.includes(exitCode)
    ? { kind: 'final', reason: 'refused', message }
    : { kind: 'retry', message, wasConnected };
}

/** Time, level and thread before each line of stunnel, which prints some lines once for each thread. */
const tunnelPrefix = /^[\d.]+ [\d:]+ LOG\d\[\w+\]: /;

/** The first lines say the cause; the last one only what followed from it. */
function describeExit(errors: readonly string[], exitCode: number): string {
  const causes = errors
    .filter((line) => line.trim() !== '' && !line.startsWith('rsync error:'))
    .map((line) => line.replace(tunnelPrefix, ''));
  const reasons = [...new Set(causes)].slice(0, 3).join('; ');
  return `${reasons === '' ? 'rsync ended' : reasons} (exit code ${String(exitCode)})`;
}

import {
  createRecordSplitter,
  decodeName,
  nameListing,
  type ListedFile,
  type ListRequest,
} from '../../domain/containerize/list-command.ts';
import type { CommandEnd, RunCommand } from '../../domain/containerize/running-command.ts';
import { linkScript, parseStats, statScript } from '../../domain/containerize/stat-listing.ts';
import { followCommand } from './run-to-end.ts';

interface StatContext {
  readonly run: RunCommand;
  readonly onFile: (file: ListedFile) => void;
}

/** Names of one run of stat. */
const mostNames = 5000;

/**
 * Lists for a find that prints names only: stat prints the rest, in seconds instead of fractions. Files that cannot be
 * read are not known before they are.
 */
export async function listByStat(request: ListRequest, { run, onFile }: StatContext): Promise<CommandEnd> {
  const names: Uint8Array[] = [];
  const splitter = createRecordSplitter((name) => void names.push(name));
  const end = await followCommand(run(nameListing(request)), splitter);
  for (let start = 0; start < names.length; start += mostNames) {
    for (const file of await statNames(names.slice(start, start + mostNames), run)) onFile(file);
  }
  return end;
}

async function statNames(names: readonly Uint8Array[], run: RunCommand): Promise<readonly ListedFile[]> {
  const known = names.map((bytes) => ({ bytes, ...decodeName(bytes) }));
  const entries = parseStats(await outputOf(statScript, names, run), known);
  const links = entries.flatMap((entry, index) => (entry?.kind === 'symlink' ? [index] : []));
  const targets = new Map<number, ReturnType<typeof decodeName>>();
  if (links.length > 0) {
    let next = 0;
    const splitter = createRecordSplitter((target) => {
      targets.set(links[next] ?? 0, decodeName(target));
      next += 1;
    });
    const linkNames = links.flatMap((index) => names[index] ?? []);
    splitter(await outputOf(linkScript, linkNames, run));
  }
  return entries.flatMap((entry, index) => {
    if (entry === undefined) return [];
    const target = targets.get(index);
    const hasInvalidName = known[index]?.isValid !== true || target?.isValid === false;
    return [{ entry: { ...entry, target: target?.text }, isReadable: true, hasInvalidName }];
  });
}

async function outputOf(script: string, names: readonly Uint8Array[], run: RunCommand): Promise<Uint8Array> {
  const input = Buffer.concat(names.flatMap((name) => [name, Uint8Array.of(0)]));
  const parts: Uint8Array[] = [];
  const command = ['env', 'LC_ALL=C', 'sh', '-c', script, 'sh', String(input.length)];
  // A name that is gone meanwhile fails alone.
  await followCommand(run(command, input), (bytes) => void parts.push(bytes));
  return Buffer.concat(parts);
}

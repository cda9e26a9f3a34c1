import { execFileSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';

import { comparePaths } from '../../src/domain/containerize/path-order.ts';
import type { ExtendedAttributes, FileEntry, FileKind, ReadFile } from '../../src/domain/containerize/file-entry.ts';

/** A folder of this computer as if it were the root of a container. */
export interface LocalReader {
  /** All files below paths in the container, sorted. */
  readonly list: (...paths: readonly string[]) => Promise<readonly FileEntry[]>;
  readonly read: (entries: readonly FileEntry[]) => AsyncIterable<ReadFile>;
}

const nanoseconds = 1_000_000_000n;

/** @param withAttributes whether the extended attributes are read, by another program */
export function localReader(root: string, withAttributes = false): LocalReader {
  async function describe(path: string): Promise<FileEntry> {
    const found = await lstat(join(root, path), { bigint: true });
    const kind = kindOf(found);
    return {
      path,
      kind,
      mode: Number(found.mode & 0o7777n),
      uid: Number(found.uid),
      gid: Number(found.gid),
      size: kind === 'file' ? Number(found.size) : 0,
      allocated: Number(found.blocks * 512n),
      modified: seconds(found.mtimeNs),
      changed: seconds(found.ctimeNs),
      inode: `${String(found.dev)}:${String(found.ino)}`,
      links: Number(found.nlink),
      target: kind === 'symlink' ? await readlink(join(root, path)) : undefined,
    };
  }

  async function below(path: string): Promise<readonly FileEntry[]> {
    const entry = await describe(path);
    if (entry.kind !== 'directory') return [entry];
    const entries = [entry];
    for (const name of await readdir(join(root, path))) entries.push(...(await below(`${path}/${name}`)));
    return entries;
  }

  async function* read(entries: readonly FileEntry[]): AsyncGenerator<ReadFile, void, undefined> {
    const attributesOf = withAttributes
      ? readAttributes(entries.map(({ path }) => join(root, path)))
      : new Map<string, ExtendedAttributes>();
    for (const { path } of entries) {
      const entry = await describe(path).catch(() => undefined);
      if (entry === undefined) continue;
      const attributes = attributesOf.get(join(root, path)) ?? new Map<string, Uint8Array>();
      const content: AsyncIterable<Uint8Array> =
        entry.size === 0
          ? empty()
          : createReadStream(join(root, path), { end: entry.size - 1, highWaterMark: 128 * 1024 });
      yield { entry, attributes, content };
    }
  }

  return {
    list: async (...paths) => {
      const found = await Promise.all(paths.map(below));
      return found.flat().sort((a, b) => comparePaths(a.path, b.path));
    },
    read,
  };
}

async function* empty(): AsyncGenerator<Uint8Array, void, undefined> {}

function seconds(time: bigint): string {
  return `${String(time / nanoseconds)}.${String(time % nanoseconds).padStart(9, '0')}`;
}

type Stats = Awaited<ReturnType<typeof lstat>>;

function kindOf(found: Pick<Stats, 'isFile' | 'isDirectory' | 'isSymbolicLink' | 'isFIFO' | 'isSocket'>): FileKind {
  if (found.isDirectory()) return 'directory';
  if (found.isSymbolicLink()) return 'symlink';
  if (found.isFIFO()) return 'fifo';
  if (found.isSocket()) return 'socket';
  return found.isFile() ? 'file' : 'character-device';
}

// Python is there for the tests of compiled files, and getfattr is not.
const script = `
import os, sys, json
found = {}
for path in sys.stdin.read().split("\\0"):
    names = os.listxattr(path, follow_symlinks=False) if os.path.lexists(path) else []
    if names:
        found[path] = {name: os.getxattr(path, name, follow_symlinks=False).hex() for name in names}
print(json.dumps(found))
`;

function readAttributes(paths: readonly string[]): ReadonlyMap<string, ExtendedAttributes> {
  const text = execFileSync('python3', ['-c', script], { encoding: 'utf8', input: paths.join('\0') });
  const found = JSON.parse(text) as Readonly<Record<string, Readonly<Record<string, string>>>>;
  const bytesOf = (values: Readonly<Record<string, string>>): ExtendedAttributes =>
    new Map(Object.entries(values).map(([name, value]) => [name, Buffer.from(value, 'hex')]));
  return new Map(Object.entries(found).map(([path, values]) => [path, bytesOf(values)]));
}

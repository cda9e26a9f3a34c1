import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { openMountedFiles, type ContainerFiles } from '../../src/adapters/container-files/open-files.ts';
import type { FileEntry, ReadFile, ReadNote } from '../../src/domain/containerize/file-entry.ts';
import type { RunCommand } from '../../src/domain/containerize/running-command.ts';
import { installBusybox } from './container-tools.ts';

/** Folders that are read as `/area` of a container. */
export interface AreaScene {
  readonly base: string;
  /** A folder with the programs of busybox alone. */
  readonly busybox: string;
  readonly newArea: () => Area;
  readonly remove: () => void;
}

export interface Area {
  readonly folder: string;
  readonly open: (run: RunCommand, isLocal?: boolean) => Promise<ContainerFiles>;
  readonly put: (name: string, content: string | Uint8Array) => void;
}

export function createAreaScene(): AreaScene {
  const base = mkdtempSync(path.join(tmpdir(), 'read-files-'));
  // Other accounts read them too.
  chmodSync(base, 0o755);
  return {
    base,
    busybox: installBusybox(base),
    newArea: () => {
      const folder = mkdtempSync(path.join(base, 'area-'));
      chmodSync(folder, 0o755);
      return {
        folder,
        open: (run, isLocal = false) =>
          openMountedFiles(new Map([['/area', folder]]), { run, name: 'the test', isLocal }),
        put: (name, content) => writeFileSync(path.join(folder, name), content),
      };
    },
    remove: () => rmSync(base, { recursive: true, force: true }),
  };
}

/** Reads all, with the SHA-256 of each content. */
export async function readAll(files: ContainerFiles, entries: readonly FileEntry[]) {
  const notes: ReadNote[] = [];
  const found = new Map<string, { hash: string; attributes: ReadFile['attributes'] }>();
  for await (const { entry, attributes, content } of files.read(entries, (note) => notes.push(note))) {
    const hash = createHash('sha256');
    for await (const bytes of content) hash.update(bytes);
    found.set(entry.path, { hash: hash.digest('hex'), attributes });
  }
  return { found, notes };
}

export function sha256(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Notes in one line each. That attributes are lost is always so with busybox. */
export function shorten(notes: readonly ReadNote[]): readonly string[] {
  return notes.filter(({ reason }) => reason !== 'attributes-lost').map((note) => `${note.reason} ${note.path}`);
}

interface Damage {
  /** Bytes of a stream of tar; more are lost, and nothing says so. */
  readonly most?: number;
  readonly onBytes?: (count: number) => void;
  readonly change?: (bytes: Uint8Array) => void;
}

/** Damages the streams of tar. */
export function damaging(run: RunCommand, { most = Infinity, onBytes, change }: Damage): RunCommand {
  return async (command, input) => {
    const running = await run(command, input);
    if (!command.some((argument) => argument.includes('crane-tasks status'))) return running;
    async function* damaged(): AsyncGenerator<Uint8Array, void, undefined> {
      let left = most;
      for await (const bytes of running.stdout) {
        onBytes?.(bytes.length);
        change?.(bytes);
        const part = bytes.subarray(0, left);
        left -= part.length;
        if (part.length > 0) yield part;
      }
    }
    return { ...running, stdout: damaged() };
  };
}

import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach } from 'vitest';

import { openMountedFiles, type ContainerFiles } from '../../src/adapters/container-files/open-files.ts';
import type { FileEntry, ReadFile, ReadNote } from '../../src/domain/containerize/file-entry.ts';
import type { RunCommand } from '../../src/domain/containerize/running-command.ts';
import { installBusybox } from './container-tools.ts';

/** Folders of a test file. */
interface AreaScene {
  readonly base: string;
  /** A folder with the programs of busybox alone. */
  readonly busybox: string;
}

/** A folder that is read as `/area` of a container. */
interface Area {
  readonly folder: string;
  readonly open: (run: RunCommand, isLocal?: boolean) => Promise<ContainerFiles>;
  readonly put: (name: string, content: string | Uint8Array) => void;
}

/** Makes the folders of a test file, an area for each of its tests, and removes all at the end. */
export function useAreaScene(): { readonly scene: AreaScene; readonly area: Area } {
  let [base, busybox, folder] = ['', '', ''];
  beforeAll(() => {
    base = mkdtempSync(path.join(tmpdir(), 'read-files-'));
    // Other accounts read them too.
    chmodSync(base, 0o755);
    busybox = installBusybox(base);
  });
  beforeEach(() => {
    folder = mkdtempSync(path.join(base, 'area-'));
    chmodSync(folder, 0o755);
  });
  afterAll(() => rmSync(base, { recursive: true, force: true }));
  return {
    scene: {
      get base() {
        return base;
      },
      get busybox() {
        return busybox;
      },
    },
    area: {
      get folder() {
        return folder;
      },
      open: (run, isLocal = false) =>
        openMountedFiles(new Map([['/area', folder]]), { run, name: 'the test', isLocal }),
      put: (name, content) => writeFileSync(path.join(folder, name), content),
    },
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

import { mkdir, open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { isObject } from '../json.ts';
import type { StoreState } from './store.ts';

const saveAfterMs = 200;

/** Saves a state some time after it changed, and at once on request. */
export interface StateWriter {
  schedule(): void;
  /** Resolves when the present state is on disk. */
  flush(): Promise<void>;
}

/** The saved state, undefined when there is none yet. Throws when the file is there but broken. */
export async function loadState(file: string): Promise<StoreState | undefined> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const state: unknown = JSON.parse(text);
  if (!isStoreState(state))
    throw new Error(`reading state ${file}: it was not written by this program; remove it to start empty`);
  return state;
}

/** Writes whole files by rename, one at a time, so that a kill leaves the last complete state. */
export function createStateWriter(file: string, snapshot: () => StoreState): StateWriter {
  let timer: NodeJS.Timeout | undefined;
  let last = Promise.resolve();
  const save = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    last = last.then(async () => writeAtomically(file, `${JSON.stringify(snapshot())}\n`));
    await last;
  };
  return {
    schedule: () => {
      timer ??= setTimeout(() => void save(), saveAfterMs);
    },
    flush: save,
  };
}

async function writeAtomically(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.new`;
  const handle = await open(temporary, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}

/** The file is this program's own, so its shape is checked at the top only. */
function isStoreState(value: unknown): value is StoreState {
  return (
    isObject(value) &&
    typeof value['resourceVersion'] === 'number' &&
    Array.isArray(value['imageStreams']) &&
    Array.isArray(value['images'])
  );
}

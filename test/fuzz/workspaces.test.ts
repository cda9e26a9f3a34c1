import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openFolder, openInputFolder } from '../../src/adapters/files/local-folder.ts';
import { fuzz, fuzzOptions } from '../builders/fuzz.ts';

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'crane-tasks-fuzz-'));
});

afterAll(() => rm(root, { recursive: true, force: true }));

const canary = 'canary of a neighbour';
const segment = fc.constantFrom('a', 'b', 'reports', 'a\nb', '..a', '-x', 'é');
const path = fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const target = fc.oneof(
  fc.constantFrom(
    '../outside',
    '../outside/secret',
    '/proc/self/environ',
    '/dev/zero',
    '.',
    '..',
    'a',
    'nowhere',
    'b/a',
  ),
  path,
);

type Entry = readonly [kind: 'file' | 'folder' | 'link' | 'pipe', path: string, target: string];

const entry: fc.Arbitrary<Entry> = fc.tuple(
  fc.constantFrom('file' as const, 'folder' as const, 'link' as const, 'link' as const, 'pipe' as const),
  path,
  target,
);
const action = fc.tuple(fc.constantFrom('read', 'input', 'write', 'remove', 'list', 'folder'), fc.oneof(path, target));

/** Makes what can be made: an entry may be in the way of the next. */
async function build(workspace: string, entries: readonly Entry[]): Promise<void> {
  for (const [kind, name, to] of entries) {
    const place = join(workspace, name);
    try {
      await mkdir(dirname(place), { recursive: true });
      if (kind === 'file') await writeFile(place, 'own', { flag: 'wx' });
      else if (kind === 'folder') await mkdir(place);
      else if (kind === 'link') await symlink(to, place);
      else execFileSync('mkfifo', [place], { stdio: 'ignore' });
    } catch {
      continue;
    }
  }
}

async function act(workspace: string, [what, name]: readonly [string, string]): Promise<unknown> {
  const folder = openFolder(workspace);
  switch (what) {
    case 'read':
      return folder.read(name);
    case 'input':
      return openInputFolder(workspace).read(name);
    case 'write':
      return folder.write(name, 'written');
    case 'remove':
      return folder.remove(name);
    case 'folder':
      return folder.folder(name).list();
    default:
      return folder.list();
  }
}

describe('random workspaces', () => {
  it('let no action read, change or remove anything outside, nor wait for a pipe', fuzzOptions, () =>
    fuzz(fc.tuple(fc.array(entry, { maxLength: 8 }), fc.array(action, { minLength: 1, maxLength: 6 })), async (it) => {
      const [entries, actions] = it;
      const base = await mkdtemp(join(root, 'case-'));
      const workspace = join(base, 'workspace');
      await mkdir(join(base, 'outside'));
      await mkdir(workspace);
      await writeFile(join(base, 'outside', 'secret'), canary);
      // A link out of the folder, made by hand: the workspace is not there before.
      await build(workspace, entries);
      for (const each of actions) {
        const started = performance.now();
        const result = await act(workspace, each).catch((error: unknown) => {
          expect(error).toMatchObject({ code: expect.any(String) as string, remedy: expect.any(String) as string });
        });
        expect(performance.now() - started).toBeLessThan(5000);
        expect(JSON.stringify(result ?? '')).not.toContain(canary);
        expect(await readFile(join(base, 'outside', 'secret'), 'utf8')).toBe(canary);
      }
      await rm(base, { recursive: true });
    }),
  );
});

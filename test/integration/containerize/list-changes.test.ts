import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { unpackLayer } from '../../../src/adapters/archives/unpack-layer.ts';
import { openPodFiles } from '../../../src/adapters/container-files/open-files.ts';
import { silentLog } from '../../fakes/silent-log.ts';
import { listChanges } from '../../../src/usecases/containerize/list-changes.ts';
import { rememberBase } from '../../../src/usecases/containerize/remember-base.ts';
import { runWith } from '../../builders/container-tools.ts';

let base: string;
let root: string;
let createdAt: number;
let layers: readonly { readonly digest: string; readonly size: number }[];

/** A layer with folders of this computer, as GNU tar writes it. */
function packLayer(name: string, paths: readonly string[]): { digest: string; size: number } {
  const file = path.join(base, name);
  execFileSync('tar', ['-C', '/', '-czf', file, ...paths.map((each) => `.${each}`)]);
  return { digest: name, size: readFileSync(file).length };
}

const registry = {
  async *readBlob(_path: string, { digest }: { readonly digest: string }): AsyncGenerator<Uint8Array, void, undefined> {
    yield await Promise.resolve(readFileSync(path.join(base, digest)));
  },
};

const write = (name: string, content: string): void => {
  mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  writeFileSync(path.join(root, name), content);
};
const remove = (name: string): void => rmSync(path.join(root, name), { recursive: true });

/** The time that files have from now on, in whole seconds as Kubernetes tells it. */
async function nextSecond(): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 1600));
  return Math.floor(Date.now() / 1000);
}

async function changesSince(startedAt: number) {
  const reader = await openPodFiles({ run: runWith(), name: 'the test' });
  const readBase = rememberBase({ registry, path: 'base', layers }, { unpack: unpackLayer, log: silentLog() });
  const input = { paths: [root], without: [`${root}/home`], startedAt };
  const { changed, removed, notes } = await listChanges(input, { reader, readBase });
  const relative = (each: string): string => path.relative(root, each);
  return { changed: changed.map((entry) => relative(entry.path)), removed: removed.map(relative), notes };
}

beforeAll(() => {
  createdAt = Math.floor(Date.now() / 1000);
  base = mkdtempSync(path.join(tmpdir(), 'list-changes-'));
  root = path.join(base, 'root');
  for (const name of ['lib/kept/a', 'lib/old/x', 'lib/old/y', 'lib/edited', 'lib/gone', 'home/u/f']) write(name, name);
  write('lib/hidden', 'only in the lower layer');
  const lower = packLayer('lower', [root]);
  remove('lib/hidden');
  write('lib/.wh.hidden', '');
  layers = [lower, packLayer('upper', [`${root}/lib/.wh.hidden`])];
  remove('lib/.wh.hidden');
});

afterAll(() => rmSync(base, { recursive: true, force: true }));

describe('the changes of a container', () => {
  it('are none after its start, although all files have dates of its creation', async () => {
    expect(await changesSince(createdAt)).toEqual({ changed: [], removed: [], notes: [] });
  });

  it('are the files that programs added, changed and removed', async () => {
    const startedAt = await nextSecond();
    await nextSecond();
    write('lib/python/site-packages/cowsay/__init__.py', 'def cow(): pass\n');
    write('lib/edited', 'lib/EDITED');
    // A date that is set back does not hide a change.
    execFileSync('touch', ['-d', '2001-01-01', path.join(root, 'lib/edited')]);
    remove('lib/gone');
    remove('lib/old');
    write('home/u/new', 'x');
    expect(await changesSince(startedAt)).toEqual({
      changed: [
        'lib/edited',
        'lib/python',
        'lib/python/site-packages',
        'lib/python/site-packages/cowsay',
        'lib/python/site-packages/cowsay/__init__.py',
      ],
      removed: ['lib/gone', 'lib/old'],
      notes: [],
    });
  });
});

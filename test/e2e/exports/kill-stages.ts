import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { expect } from 'vitest';

import { waitFor } from '../../../testbed/clusters/wait.ts';
import {
  age,
  containerize,
  faults,
  inPod,
  isRecorded,
  listExports,
  scratch,
  tagsOf,
  writesLayers,
} from './faults-scene.ts';

type Reach = (name: string, run: { readonly pid?: number | undefined }) => Promise<unknown>;

/** A `find` that waits as long as the file /hold is there. */
export const heldFind = String.raw`#!/bin/sh
while [ -e /hold ]; do touch /held; sleep 0.2; done
exec /usr/bin/find "$@"
`;

/** Stages of a run, and how the tests know that it is there. */
const stages = {
  listing: (name) => isRecorded(name),
  base: () => stalledLayer(),
  layers: (name, run) => writesLayers(run, name),
  again: (name, run) => listsAgain(name, run),
  blobs: (name) => stalled(name, (method) => method === 'PATCH' || method === 'PUT'),
  manifest: (name) => stalled(name, (method, path) => method === 'PUT' && path.includes('/manifests/')),
  // The image has its tag then, and the record does not know it.
  documents: (name) =>
    stalled(name, (method, path) => method === 'PUT' && path.includes('/manifests/') && !path.endsWith(`_${name}`)),
} as const satisfies Readonly<Record<string, Reach>>;

/** Kills runs at these stages. Nothing that can be used is left, and the next run continues under the same id. */
export async function expectResumed(
  name: string,
  reached: readonly (keyof typeof stages)[],
  more: readonly string[] = [],
): Promise<void> {
  const ids = new Set<string>();
  for (const stage of reached) {
    const run = containerize(name, more);
    await stages[stage](name, run);
    run.kill('SIGKILL');
    await run;
    if (stage === 'again') await inPod(`pod/${name}`, 'rm -f /hold /held');
    faults.delete(stage === 'base' ? 'notebook' : name);
    await age(name);
    for (const { id, state } of await listExports(name)) {
      expect(state).toBe('interrupted');
      ids.add(id);
    }
    const tagged = stage === 'documents' ? [`${String([...ids][0])}_${name}`] : [];
    expect([stage, await tagsOf(name)]).toEqual([stage, tagged]);
    expect(await readdir(join(scratch, name))).toEqual([]);
  }
  expect((await containerize(name, more)).exitCode).toBe(0);
  const [ready, ...others] = await listExports(name);
  expect([ready?.state, others]).toEqual(['ready', []]);
  expect([...ids]).toEqual([ready?.id]);
  // The other tags are those of documents about the image.
  const tags = (await tagsOf(name)).filter((tag) => !/^(digest|sha256)-/.test(tag));
  expect(tags).toEqual([`${String(ready?.id)}_${name}`]);
  expect(await readdir(join(scratch, name))).toEqual(['reports']);
}

/** Lets requests of a repository get no answer, and waits for the first of them. */
function stalled(name: string, isMeant: (method: string, path: string) => boolean): Promise<void> {
  return new Promise((resolve) => {
    faults.set(name, (method, path) => {
      if (!isMeant(method, path)) return undefined;
      resolve();
      return { kind: 'stall' };
    });
  });
}

/** The first blob of an image that is read is its configuration, for the plan; the others are layers. */
function stalledLayer(): Promise<void> {
  let configuration: string | undefined;
  return stalled('notebook', (method, path) => {
    if (method !== 'GET' || !path.includes('/blobs/')) return false;
    configuration ??= path;
    return path !== configuration;
  });
}

/** Waits until a run lists the files a second time, with a layer written; the program that lists is held. */
async function listsAgain(name: string, run: Parameters<Reach>[1]): Promise<void> {
  await writesLayers(run, name);
  await inPod(`pod/${name}`, 'touch /hold');
  await waitFor({
    what: `the second listing of ${name}`,
    seconds: 60,
    everyMs: 200,
    check: async () => ((await inPod(`pod/${name}`, 'ls /')).includes('held') ? undefined : 'none'),
  });
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { valueAt } from '../../src/domain/core/json-object.ts';
import { localKubectl } from '../../testbed/demo/kubectl.ts';
import {
  claimItem,
  claimOf,
  blocksOf,
  evidenceOf,
  helpersIn,
  inShell,
  listNotes,
  listTree,
  makeNamespace,
  removeNamespace,
  setNote,
  startShell,
  stopShell,
  transfer,
} from './volumes/scene.ts';
import { loadTransferImage } from './volumes/transfer-image.ts';

const namespace = 'volumes-e2e';
const other = 'volumes-e2e-other';
const source = localKubectl('source');
const destination = localKubectl('destination');
const writer = { kubectl: source, namespace, name: 'writer' };
const stranger = { kubectl: source, namespace, name: 'stranger' };
const reader = { kubectl: destination, namespace, name: 'reader' };
const data = `${namespace}/data`;

/** Files that copies lose or change most easily. */
const fill = String.raw`
set -e
cd /data; umask 022
for folder in $(seq 1 40); do mkdir -p many/$folder; for file in $(seq 1 50); do echo "$folder $file" > many/$folder/f$file; done; done
echo one > a; ln a b; ln a many/c; ln -s /etc/passwd absolute; ln -s a relative; ln -s nowhere dangling; ln -s '../x => y' odd
truncate -s 40M sparse; printf end >> sparse
printf 1 > "$(printf 'new\nline')"; printf 2 > ./-dash; printf 3 > 'ünï côdé ✓'; printf 4 > 'a -> b'; printf 5 > 'c => d'
printf 6 > 'quo"te'; printf 7 > 'pipe|name'; printf 8 > 'lit\#012'; printf 9 > '$(id)'; printf 0 > "$(printf 'es\033[31mc')"
mkdir -p empty 'with space/inner' fixed; echo r > fixed/r; chmod 0555 fixed; chmod 0700 empty; chmod 0640 a; mkfifo fifo
touch -d '2001-02-03 04:05:06.789' a many/1/f1 'with space'
head -c 3000000 /dev/urandom > random
`;

let image: string;

const like = (pattern: RegExp): string => expect.stringMatching(pattern) as string;

/** Copies claim data, or others, with the flags that all runs here have in common. */
function run(flags: Readonly<Record<string, string>>) {
  return transfer({ 'source-namespace': namespace, 'source-pvc-name': 'data', 'transfer-image': image, ...flags });
}

async function expectNothingLeft(): Promise<void> {
  expect(await helpersIn(source, namespace)).toEqual([]);
  expect(await helpersIn(destination, namespace)).toEqual([]);
}

async function treeAtDestination(claim: string): Promise<string> {
  await startShell({ ...reader, claims: { '/data': claim } });
  try {
    return await listTree(reader, '/data');
  } finally {
    await stopShell(reader);
  }
}

beforeAll(async () => {
  image = await loadTransferImage();
  await Promise.all([
    makeNamespace(source, namespace),
    makeNamespace(source, other),
    makeNamespace(destination, namespace),
  ]);
  await source.apply([claimOf(namespace, 'data'), claimOf(namespace, 'more'), claimOf(namespace, 'unused')]);
  await startShell({ ...writer, claims: { '/data': 'data', '/more': 'more' } });
  await inShell(writer, fill);
  await setNote(writer, '/data/many/1/f3', 'kept');
});

afterAll(async () => {
  await Promise.all([
    removeNamespace(source, namespace),
    removeNamespace(source, other),
    removeNamespace(destination, namespace),
  ]);
});

describe('a claim in use, in restricted namespaces', () => {
  it('arrives with all files, links, modes and times, proven by checksum', async () => {
    const moved = await run({ verify: 'true' });
    expect(moved.stderr).not.toContain('PRIVATE KEY');
    expect(moved).toMatchObject({ exitCode: 0, status: 'succeeded' });
    expect(claimItem(moved, data)).toMatchObject({ outcome: 'done', reason: 'transferred' });
    expect(evidenceOf(moved, data)).toMatchObject({ proof: 'checksum', contentDigest: like(/^sha256:[0-9a-f]{64}$/) });
    await startShell({ ...reader, claims: { '/data': 'data' } });
    expect(await listTree(reader, '/data')).toBe(await listTree(writer, '/data'));
    expect(await listNotes(reader, '/data')).toBe('./many/1/f3 kept');
    expect(await blocksOf(reader, '/data/sparse')).toBeLessThan(100);
    await stopShell(reader);
    await expectNothingLeft();
  });

  it('is updated by the next run, with deletions, which copies only what changed', async () => {
    await inShell(
      writer,
      'cd /data; rm -rf many/7 a; echo changed > many/1/f2; echo new > many/8/new; mv random moved',
    );
    const moved = await run({ verify: 'true' });
    expect(moved).toMatchObject({ exitCode: 0 });
    expect(evidenceOf(moved, data)).toMatchObject({ copiedFiles: 3, deletedFiles: 53 });
    expect(await treeAtDestination('data')).toBe(await listTree(writer, '/data'));
    const digest = valueAt(evidenceOf(moved, data), 'contentDigest');
    expect(digest).toEqual(like(/^sha256:[0-9a-f]{64}$/));
    const checked = await run({ verify: 'true', 'check-only': 'true' });
    expect(evidenceOf(checked, data)).toMatchObject({ contentDigest: digest });
    const again = await run({});
    expect(claimItem(again, data)).toMatchObject({
      reason: 'unchanged',
      evidence: { proof: 'metadata', copiedBytes: 0 },
    });
  });

  it('is corrected where a file of the same size and time has other bytes', async () => {
    await startShell({ ...reader, claims: { '/data': 'data' } });
    await inShell(
      reader,
      'cd /data/many/9; touch -r f9 /tmp/then; tr 0-9 a-j < f9 > /tmp/f9; cat /tmp/f9 > f9; touch -r /tmp/then f9',
    );
    await stopShell(reader);
    const moved = await run({ verify: 'true' });
    expect(evidenceOf(moved, data)).toMatchObject({ copiedFiles: 1, proof: 'checksum' });
    expect(await treeAtDestination('data')).toBe(await listTree(writer, '/data'));
  });

  it('names the files that the pod may not read and copies the others: exit code 4', async () => {
    await startShell({ ...stranger, claims: { '/data': 'data' }, user: 777 });
    try {
      await inShell(stranger, 'umask 077; echo secret > /data/private; mkdir /data/closed; echo x > /data/closed/in');
      await inShell(writer, 'echo late > /data/many/late');
      const moved = await run({ verify: 'true' });
      expect(moved).toMatchObject({ exitCode: 4, status: 'incomplete' });
      expect(moved.items).toEqual(
        expect.arrayContaining([
          expect.objectContaining({
            id: `file ${data}:/private`,
            outcome: 'failed',
            message: like(/Permission denied/),
          }),
          expect.objectContaining({
            id: `file ${data}:/closed`,
            outcome: 'failed',
            message: like(/Permission denied/),
          }),
        ]) as unknown,
      );
      expect(moved.items).toHaveLength(3);
      expect(await treeAtDestination('data')).toContain('./many/late f 644 1234 5 ');
    } finally {
      await inShell(stranger, 'rm -rf /data/private /data/closed');
      await stopShell(stranger);
    }
    await expectNothingLeft();
  });

  it('is compared without copying on request, and differences are reported', async () => {
    await inShell(writer, 'echo drifted > /data/many/late');
    const checked = await run({ verify: 'true', 'check-only': 'true' });
    expect(checked.exitCode).toBe(4);
    expect(checked.items).toContainEqual(
      expect.objectContaining({ id: `file ${data}:/many/late`, message: like(/content, size, time/) }),
    );
    expect(await treeAtDestination('data')).not.toContain('./many/late f 644 1234 8 ');
  });

  it('uses a Route of the destination, whose router hands the tunnel through unopened', async () => {
    await inShell(writer, 'echo by route > /data/many/by-route');
    const moved = await run({ 'endpoint-type': 'route', verify: 'true' });
    expect(moved).toMatchObject({ exitCode: 0, status: 'succeeded' });
    expect(moved.stderr).toMatch(/by route at volume-\S+\.apps\.destination\.test:443/);
    expect(evidenceOf(moved, data)).toMatchObject({ proof: 'checksum' });
    expect(await treeAtDestination('data')).toBe(await listTree(writer, '/data'));
    await expectNothingLeft();
  });

  it('is refused while a pod at the destination uses its copy', async () => {
    await startShell({ ...reader, claims: { '/data': 'data' } });
    const moved = await run({});
    await stopShell(reader);
    expect(moved).toMatchObject({ exitCode: 4, stderr: like(/Pod reader at the destination uses it/) });
  });
});

describe('several claims within one cluster', () => {
  it('go to another namespace side by side, one that was never used as an empty one', async () => {
    const moved = await run({
      'source-pvc-name': '*',
      'dest-context': 'source',
      'dest-namespace': other,
      'endpoint-type': '',
      verify: 'true',
    });
    expect(moved).toMatchObject({ exitCode: 0, results: { 'claim-count': '3', 'transferred-count': '3' } });
    expect(moved.stderr).toContain('by cluster-ip at volume-');
    expect(claimItem(moved, `${namespace}/unused`)).toMatchObject({ reason: 'created-empty' });
    const copy = { kubectl: source, namespace: other, name: 'reader' };
    await startShell({ ...copy, claims: { '/data': 'data' } });
    expect(await listTree(copy, '/data')).toBe(await listTree(writer, '/data'));
  });
});

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { makeFolder, readTree } from '../../builders/command.ts';
import { runTaskHere } from '../../builders/run-task-here.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;

beforeEach(async () => {
  folder = await makeFolder();
  for (const name of ['a', 'b', 'c']) await put(`export/resources/shop/${name}.yaml`, configMap(name));
});

afterEach(() => folder.remove());

async function put(path: string, text: string): Promise<void> {
  const file = join(folder.path, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

function run(...args: readonly string[]) {
  return runTaskHere(['crane-apply', ...args], { cwd: folder.path });
}

function configMap(name: string): string {
  return `apiVersion: v1\ndata:\n  list: text\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;
}

async function outputs(): Promise<readonly string[]> {
  return Object.keys(await readTree(join(folder.path, 'output'))).filter((path) => path !== 'index.json');
}

function patchFile(name: string, operations: unknown): Promise<void> {
  return put(`transform/resources/shop/transform-${name}.yaml`, JSON.stringify(operations));
}

describe('rendering manifests', () => {
  it('leaves whiteouts out, patches the rest, and writes what has no patch as it is', async () => {
    await put('transform/resources/shop/.wh.a.yaml', '');
    await patchFile('b', [{ op: 'replace', path: '/data/list', value: 'patched' }]);
    const { exitCode, results } = await run();
    expect(exitCode).toBe(0);
    expect(results).toMatchObject({ 'written-count': '2', 'skipped-count': '1' });
    const tree = await readTree(join(folder.path, 'output'));
    expect(tree['resources/shop/b.yaml']).toBe(configMap('b').replace('text', 'patched'));
    expect(tree['resources/shop/c.yaml']).toBe(configMap('c'));
    expect(await outputs()).toHaveLength(2);
  });

  it('lets a whiteout win over a patch file beside it', async () => {
    await put('transform/resources/shop/.wh.a.yaml', '');
    await patchFile('a', []);
    await run();
    expect(await outputs()).toEqual(['resources/shop/b.yaml', 'resources/shop/c.yaml']);
  });

  it("takes patches as crane's own transform writes them: missing members overlooked, parents made", async () => {
    await patchFile('a', [
      { op: 'remove', path: '/status' },
      { op: 'remove', path: '/metadata/annotations/x' },
      { op: 'add', path: '/metadata/labels/team', value: 'shop' },
    ]);
    expect((await run()).exitCode).toBe(0);
    expect(await readFile(join(folder.path, 'output/resources/shop/a.yaml'), 'utf8')).toContain(
      '  labels:\n    team: shop\n',
    );
  });

  it('needs no transform folder at all', async () => {
    expect((await run()).results['written-count']).toBe('3');
  });

  it.each([
    [
      'an index out of range',
      [
        { op: 'add', path: '/items', value: [] },
        { op: 'remove', path: '/items/0' },
      ],
      /operation 1 \(remove \/items\/0\): array index "0" is out of range/,
    ],
    ['a missing member to replace', [{ op: 'replace', path: '/spec', value: 1 }], /there is no member "spec"/],
    ['a lost identity', [{ op: 'remove', path: '/metadata/name' }], /the result is not a Kubernetes object/],
    ['an unknown operation', [{ op: 'merge', path: '/a', value: 1 }], /not valid by RFC 6902/],
  ])('fails one resource for %s and renders the others', async (_, operations, why) => {
    await patchFile('a', operations);
    const { exitCode, ending } = await run();
    expect(exitCode).toBe(4);
    expect(ending).toContain('v1 ConfigMap a (patch-failed)');
    expect(await readFile(join(folder.path, 'output/reports/crane-apply.json'), 'utf8')).toMatch(
      new RegExp(why.source.replaceAll('"', '\\\\"')),
    );
    expect(await outputs()).toEqual(['resources/shop/b.yaml', 'resources/shop/c.yaml']);
  });

  it.each(['', '{', 'null', '{}'])('fails a resource whose patch file is %j', async (text) => {
    await put('transform/resources/shop/transform-a.yaml', text);
    expect((await run()).exitCode).toBe(4);
  });

  it('removes what an earlier run rendered and this one does not, below resources/ only', async () => {
    await run();
    await put('output/mine.yaml', 'kept');
    await put('output/resources/gone/x.yaml', 'old');
    await rm(join(folder.path, 'export/resources/shop/c.yaml'));
    await put('transform/resources/shop/.wh.a.yaml', '');
    await patchFile('b', [{ op: 'replace', path: '/nothing', value: 1 }]);
    await run();
    expect(await outputs()).toEqual(['mine.yaml']);
  });

  it('keeps an index over the manifests, whose digest is a result', async () => {
    const first = await run();
    const again = await run();
    expect(first.results['index-digest']).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(again.results['index-digest']).toBe(first.results['index-digest']);
    const index: unknown = JSON.parse(await readFile(join(folder.path, 'output/index.json'), 'utf8'));
    expect(index).toMatchObject({
      files: [{ path: 'resources/shop/a.yaml' }, { path: 'resources/shop/b.yaml' }, { path: 'resources/shop/c.yaml' }],
    });
  });

  it('never writes into a folder that it reads', async () => {
    expect((await run('--output-dir=export')).results['status']).toBe('invalid-param');
    expect((await run('--transform-dir=t', '--output-dir=./t')).exitCode).toBe(2);
    expect(await readFile(join(folder.path, 'export/resources/shop/a.yaml'), 'utf8')).toBe(configMap('a'));
  });
});

import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { makeFolder, readTree, runTaskCommand } from '../../builders/command.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;

beforeEach(async () => {
  folder = await makeFolder();
});

afterEach(() => folder.remove());

async function put(path: string, text: string): Promise<void> {
  const file = join(folder.path, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

function run(...args: readonly string[]) {
  return runTaskCommand(args, { cwd: folder.path });
}

function configMap(name: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: shop\n  uid: u\n`;
}

function digest(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

async function putIndexed(names: readonly string[]): Promise<string> {
  const files = await Promise.all(
    names.map(async (name) => {
      const path = `resources/shop/ConfigMap__v1_shop_${name}.yaml`;
      await put(`export/${path}`, configMap(name));
      return {
        path,
        apiVersion: 'v1',
        kind: 'ConfigMap',
        namespace: 'shop',
        name,
        resourceVersion: '1',
        digest: digest(configMap(name)),
      };
    }),
  );
  const index = JSON.stringify({ schemaVersion: 1, cluster: { context: 'a', uid: 'u' }, namespace: 'shop', files });
  await put('export/index.json', index);
  return digest(index);
}

const mapA = 'resources/shop/transform-ConfigMap__v1_shop_a.yaml';

describe('an export whose objects name others', () => {
  it('is reported with the names that lead nowhere', async () => {
    const pod = `apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec:\n  containers:\n  - name: web\n    envFrom: [{configMapRef: {name: a}}, {secretRef: {name: login}}, {secretRef: {name: gone}}]\n`;
    const login =
      'apiVersion: v1\nkind: Secret\nmetadata: {name: login, namespace: shop}\ntype: kubernetes.io/service-account-token\n';
    await put('export/resources/shop/a.yaml', configMap('a'));
    await put('export/resources/shop/login.yaml', login);
    await put('export/resources/shop/pod.yaml', pod);
    expect((await run('crane-transform', '--namespace-mapping=shop=store')).exitCode).toBe(0);
    const report: unknown = JSON.parse(
      await readFile(join(folder.path, 'transform/reports/crane-transform.json'), 'utf8'),
    );
    expect(report).toHaveProperty(
      'items',
      expect.arrayContaining([
        expect.objectContaining({
          id: 'v1 Pod shop/web',
          outcome: 'done',
          message: 'names Secret login, which is left out; names Secret gone, which is not among the resources',
        }),
      ]),
    );
  });
});

describe('an export with an index', () => {
  it('is transformed when it is whole, and its digest is the given one', async () => {
    const told = await putIndexed(['a', 'b']);
    const { exitCode, results } = await run('crane-transform', `--index-digest=${told}`);
    expect([exitCode, results['patched-count']]).toEqual([0, '2']);
  });

  it('is refused when a file was changed, is missing, or another index was given', async () => {
    await putIndexed(['a', 'b']);
    const other = await run('crane-transform', `--index-digest=${digest('other')}`);
    expect([other.exitCode, other.results['status']]).toEqual([2, 'invalid-file']);
    await put('export/resources/shop/ConfigMap__v1_shop_a.yaml', `${configMap('a')}data: {}\n`);
    const changed = await run('crane-transform');
    expect([changed.exitCode, changed.results['status']]).toEqual([2, 'invalid-file']);
    expect(changed.ending).toMatch(/ConfigMap__v1_shop_a.yaml was changed since the export.*Export again/);
    await rm(join(folder.path, 'export/resources/shop/ConfigMap__v1_shop_a.yaml'));
    expect((await run('crane-transform')).ending).toMatch(/is missing/);
    await put('export/index.json', '{');
    expect((await run('crane-transform')).exitCode).toBe(2);
  });

  it('is refused when its index is gone though one was given', async () => {
    const told = await putIndexed(['a']);
    await rm(join(folder.path, 'export/index.json'));
    expect((await run('crane-transform', `--index-digest=${told}`)).ending).toMatch(/index.json is missing/);
  });

  it('skips strays, names them, and is not broken by them', async () => {
    await putIndexed(['a']);
    await put('export/resources/shop/stray.yaml', '{{{');
    await put('export/notes.txt', 'x');
    const { exitCode, results } = await run('crane-transform');
    expect([exitCode, results['resource-count']]).toEqual([0, '1']);
    const report = await readFile(join(folder.path, 'transform/reports/crane-transform.json'), 'utf8');
    expect(report).toContain('"stray-file"');
    expect(report).toContain('resources/shop/stray.yaml');
    expect(Object.keys(await readTree(join(folder.path, 'transform')))).toEqual(['index.json', mapA]);
  });

  it('cannot lead out of its folder', async () => {
    await put('secret.yaml', configMap('a'));
    const files = [
      {
        path: '../secret.yaml',
        apiVersion: 'v1',
        kind: 'ConfigMap',
        namespace: 'shop',
        name: 'a',
        resourceVersion: '',
        digest: digest(configMap('a')),
      },
    ];
    await put(
      'export/index.json',
      JSON.stringify({ schemaVersion: 1, cluster: { context: '', uid: '' }, namespace: 'shop', files }),
    );
    expect((await run('crane-transform')).exitCode).toBe(2);
    expect(await readTree(folder.path)).not.toHaveProperty(['transform-secret.yaml']);
  });
});

describe('an export without an index, as crane writes it', () => {
  it('is read as it is, failures skipped, also for a namespace called failures', async () => {
    await put('export/resources/failures/ConfigMap__v1_failures_a.yaml', configMap('a'));
    await put('export/failures/failures/secrets.yaml', 'error: {}\n');
    const { exitCode, results } = await run('crane-transform');
    expect([exitCode, results['resource-count']]).toEqual([0, '1']);
  });

  it('with broken files is transformed for the rest, ends with exit code 4 and names them', async () => {
    await put('export/resources/shop/ConfigMap__v1_shop_a.yaml', configMap('a'));
    for (const [name, text] of [
      ['cut', 'a: {'],
      ['empty', ''],
      ['list', '- 1\n'],
      ['two', `${configMap('x')}---\n${configMap('y')}`],
    ] as const) {
      await put(`export/resources/shop/${name}.yaml`, text);
    }
    const transformed = await run('crane-transform');
    expect([transformed.exitCode, transformed.results['status'], transformed.results['patched-count']]).toEqual([
      4,
      'incomplete',
      '1',
    ]);
    expect(transformed.ending).toMatch(/4 failed: resources\/shop\/cut.yaml \(invalid-file\)/);
    expect((await run('crane-apply')).exitCode).toBe(4);
    expect(await readTree(join(folder.path, 'output'))).toHaveProperty(['resources/shop/ConfigMap__v1_shop_a.yaml']);
  });

  it('that holds nothing, or is not there, is wrong input', async () => {
    expect((await run('crane-transform')).ending).toMatch(/no exported resources/);
    await put('export/failures/shop/secrets.yaml', 'x');
    expect((await run('crane-transform')).exitCode).toBe(2);
  });

  it('is refused for a link, which is not followed and not left out', async () => {
    await put('elsewhere.yaml', configMap('a'));
    await put('export/resources/shop/ConfigMap__v1_shop_b.yaml', configMap('b'));
    await symlink(join(folder.path, 'elsewhere.yaml'), join(folder.path, 'export/resources/shop/link.yaml'));
    const { exitCode, results, ending } = await run('crane-transform');
    expect({ exitCode, status: results['status'] }).toEqual({ exitCode: 2, status: 'invalid-file' });
    expect(ending).toContain('resources/shop/link.yaml');
  });
});

describe('a second run', () => {
  it('removes the files of the first that nothing vouches for, and no others', async () => {
    await put('export/resources/shop/ConfigMap__v1_shop_a.yaml', configMap('a'));
    await put('export/resources/shop/ConfigMap__v1_shop_b.yaml', configMap('b'));
    await put('transform/resources/shop/mine.txt', 'mine');
    await put('ignored/resources/shop/ignored-ConfigMap__v1_shop_a.yaml', '[]');
    await put('ignored/notes.txt', 'mine');
    await run('crane-transform');
    await rm(join(folder.path, 'export/resources/shop/ConfigMap__v1_shop_b.yaml'));
    const flags = '{"extra-whiteouts":"ConfigMap"}';
    await run('crane-transform', `--optional-flags=${flags}`, '--ignored-patches-dir=ignored');
    expect(Object.keys(await readTree(join(folder.path, 'transform')))).toEqual([
      'index.json',
      'resources/shop/.wh.ConfigMap__v1_shop_a.yaml',
      'resources/shop/mine.txt',
    ]);
    expect(Object.keys(await readTree(join(folder.path, 'ignored')))).toEqual(['notes.txt']);
    await run('crane-transform');
    expect(Object.keys(await readTree(join(folder.path, 'transform')))).toEqual([
      'index.json',
      'resources/shop/mine.txt',
      mapA,
    ]);
  });
});

describe('flags', () => {
  beforeEach(() => put('export/resources/shop/ConfigMap__v1_shop_a.yaml', configMap('a')));

  it.each([
    'k=v',
    '{',
    '{"a":1}',
    '$(id)',
    '"; rm -rf /',
    '--help',
    '{"strip-default-rbac":"maybe"}',
    '\n'.repeat(2) + '{',
  ])('refuse %j with exit code 2 and write nothing', async (text) => {
    const { exitCode, results } = await run('crane-transform', `--optional-flags=${text}`);
    expect([exitCode, results['status']]).toEqual([2, 'invalid-param']);
    expect(Object.keys(await readTree(folder.path))).toEqual([
      'export/resources/shop/ConfigMap__v1_shop_a.yaml',
      'transform/reports/crane-transform.json',
    ]);
  });

  it.each(['a=b=c', 'x', 'a/b=', '$(id)', '`id`'])('refuse the registry replacement %j', async (text) => {
    expect((await run('crane-transform', `--registry-replacement=${text}`)).exitCode).toBe(2);
  });

  it('carry any characters into the patches as they are', async () => {
    const value = `quote" 'single' $(id) ; & \\ \n new line`;
    const flags = JSON.stringify({ 'add-annotations': `example.com/x=${value}` });
    expect((await run('crane-transform', `--optional-flags=${flags}`)).exitCode).toBe(0);
    const patches: unknown = JSON.parse(await readFile(join(folder.path, 'transform', mapA), 'utf8'));
    expect(patches).toContainEqual({ op: 'add', path: '/metadata/annotations/example.com~1x', value });
  });

  it('that no plugin knows are named in a warning', async () => {
    expect((await run('crane-transform', '--optional-flags={"registry-replacment":"a=b"}')).stderr).toMatch(
      /no plugin knows registry-replacment/,
    );
  });

  it('come from the flags file too, and the params win', async () => {
    await put(
      'config/crane.yaml',
      'debug: true\noptional-flags: \'{"add-annotations":"from=file","extra-whiteouts":"Pod"}\'\nskip-plugins: OpenShiftPlugin, ImagestreamPlugin\n',
    );
    const { stderr } = await run(
      'crane-transform',
      '--craneconfig=config',
      '--optional-flags={"add-annotations":"from=param"}',
    );
    expect(stderr).toMatch(/crane.yaml: skipped debug/);
    expect(await readFile(join(folder.path, 'transform', mapA), 'utf8')).toContain('"value":"param"');
  });

  it('come from a workspace that is the flags file itself, maps and lists allowed', async () => {
    // YAML 1.2, as crane reads it: `on` is a string.
    await put(
      'flags',
      'optional-flags:\n  extra-whiteouts: ConfigMap\n  other: on\nplugin-priorities: [ImagestreamPlugin]\n',
    );
    expect((await run('crane-transform', '--craneconfig=flags')).results['whiteout-count']).toBe('1');
    await put('empty/config', '');
    expect((await run('crane-transform', '--craneconfig=empty')).exitCode).toBe(0);
  });

  it('end the task when their file is missing or malformed', async () => {
    await mkdir(join(folder.path, 'none'));
    expect((await run('crane-transform', '--craneconfig=none')).ending).toMatch(/it has no flags file/);
    await put('bad/crane.yaml', '- a\n');
    expect((await run('crane-transform', '--craneconfig=bad')).exitCode).toBe(2);
    await put('odd/crane.yaml', 'optional-flags: {a: 1}\n');
    expect((await run('crane-transform', '--craneconfig=odd')).results['status']).toBe('invalid-param');
  });
});

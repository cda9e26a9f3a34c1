import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { canonicalJson } from '../../../src/domain/kube/exact-integers.ts';
import { yamlCodec } from '../../../src/adapters/yaml/yaml-codec.ts';
import { askCrane, installPlugins, type CraneAnswer, type CranePlugin } from '../../builders/crane-rules.ts';
import { writeBatchPlugin, writeShellPlugin } from '../../builders/plugins.ts';
import { command, copyGolden, makeFolder, readTree, runTaskCommand } from '../../builders/command.ts';

/** All but the plugins that are under test. */
const withoutOurs = '--skip-plugins=KubernetesPlugin,OpenShiftPlugin,ImagestreamPlugin';
const resources = 'resources/shop';

let folder: Awaited<ReturnType<typeof makeFolder>>;

beforeEach(async () => {
  folder = await makeFolder();
  await copyGolden('transform/openshift-shop/export', join(folder.path, 'work/export'));
});

afterEach(() => folder.remove());

const pluginDir = (): string => `--plugin-dir=${join(folder.path, 'plugins')}`;

function run(...args: readonly string[]) {
  return runTaskCommand([...args], { cwd: join(folder.path, 'work') });
}

function tree(name: string): Promise<Readonly<Record<string, string>>> {
  return readTree(join(folder.path, 'work', name));
}

interface Comparison {
  readonly plugins: readonly CranePlugin[];
  readonly flags?: Readonly<Record<string, string>>;
  /** Names that the plugins give themselves, the more important first. */
  readonly priorities?: readonly string[];
}

/** Transforms and renders the export with these plugins alone, here and by crane, and gives both outcomes by file. */
async function compare({ plugins, flags = {}, priorities = [] }: Comparison) {
  await installPlugins(join(folder.path, 'plugins'), plugins);
  const exported = Object.entries(await tree('export'));
  const order = Object.fromEntries(priorities.map((name, index) => [name, index]));
  const questions = exported.map(([, text]) => ({ resource: parseOne(text), extras: flags, priorities: order }));
  const answers = await askCrane(
    plugins.map((name) => join(folder.path, 'plugins', name)),
    questions,
  );
  const { exitCode, stderr } = await run('crane-transform', pluginDir(), withoutOurs, ...argsOf({ flags, priorities }));
  expect(exitCode, stderr).toBe(0);
  expect((await run('crane-apply')).exitCode).toBe(0);
  const files = exported.map(([path]) => path.slice(resources.length + 1));
  const ours = await Promise.all(files.map(ourAnswer));
  return {
    crane: Object.fromEntries(files.map((file, index) => [file, sorted(answers[index])])),
    ours: Object.fromEntries(files.map((file, index) => [file, sorted(ours[index])])),
  };
}

function parseOne(text: string): unknown {
  return yamlCodec.parse(text, 'a resource')[0];
}

function argsOf({ flags, priorities }: Required<Omit<Comparison, 'plugins'>>): readonly string[] {
  return [
    `--optional-flags=${JSON.stringify(flags)}`,
    `--plugin-priorities=${priorities.join(',')}`,
    '--ignored-patches-dir=ignored',
  ];
}

async function ourAnswer(file: string): Promise<CraneAnswer> {
  const read = (path: string) => readFile(join(folder.path, 'work', path), 'utf8').catch(() => undefined);
  const [patches, whiteout, ignored, applied] = await Promise.all([
    read(`transform/${resources}/transform-${file}`),
    read(`transform/${resources}/.wh.${file}`),
    read(`ignored/${resources}/ignored-${file}`),
    read(`output/${resources}/${file}`),
  ]);
  return {
    whiteout: whiteout !== undefined,
    patches: JSON.parse(patches ?? '[]') as unknown[],
    ignored: JSON.parse(ignored ?? '[]') as unknown[],
    ...(applied === undefined ? {} : { applied: parseOne(applied) }),
  };
}

function sorted(answer: CraneAnswer | undefined) {
  if (answer === undefined) return undefined;
  return { ...answer, patches: inOrder(answer.patches), ignored: inOrder(answer.ignored) };
}

function inOrder(values: readonly unknown[]): readonly unknown[] {
  const key = (value: unknown): string => canonicalJson(value);
  return [...values].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

describe("plugins made with crane's own library", () => {
  it("make of an export what crane's own runner makes of it", async () => {
    const { crane, ours } = await compare({ plugins: ['annotation', 'kubernetes-rules', 'whiteout-pods'] });
    expect(ours).toEqual(crane);
    const left = Object.entries(ours).filter(([, answer]) => answer?.whiteout === true);
    expect(left.map(([file]) => file)).toEqual(
      expect.arrayContaining(['Pod__v1_shop_debug.yaml', 'Endpoints__v1_shop_web.yaml']),
    );
    expect(ours['Service__v1_shop_web.yaml']?.patches).toContainEqual({
      op: 'remove',
      path: '/spec/ports/1/nodePort',
    });
  });

  it('take the flags, all of them', async () => {
    const flags = {
      'annotation-value': 'blue',
      'add-annotations': 'team=shop',
      'extra-whiteouts': 'Ingress.networking.k8s.io',
      'pvc-rename-map': 'data:files',
      'registry-replacement': 'registry.public.test/library=registry.example.test/mirror',
      'strip-default-rbac': 'false',
    };
    const { crane, ours } = await compare({ plugins: ['annotation', 'kubernetes-rules'], flags });
    expect(ours).toEqual(crane);
    expect(ours['Ingress_networking.k8s.io_v1_shop_web.yaml']?.whiteout).toBe(true);
    expect(ours['ServiceAccount__v1_shop_default.yaml']?.whiteout).toBe(false);
    expect(ours['StatefulSet_apps_v1_shop_db.yaml']?.applied).toMatchObject({
      metadata: { annotations: { 'test-crane-annotation': 'blue', team: 'shop' } },
      spec: {
        template: { spec: { containers: [{ image: 'registry.example.test/mirror/redis:7' }] } },
        volumeClaimTemplates: [{ metadata: { name: 'files' } }],
      },
    });
  });

  it.each([
    ['the first to run', [], 'blue'],
    ['the one with priority', ['CraneKubernetes'], 'green'],
  ])('that want different things in one place: %s wins, and what lost is kept', async (_, priorities, value) => {
    const flags = { 'annotation-value': 'blue', 'add-annotations': 'test-crane-annotation=green' };
    const { crane, ours } = await compare({ plugins: ['annotation', 'kubernetes-rules'], flags, priorities });
    expect(ours).toEqual(crane);
    const settings = ours['ConfigMap__v1_shop_settings.yaml'];
    expect(settings?.applied).toHaveProperty('metadata.annotations.test-crane-annotation', value);
    expect(settings?.ignored).toHaveLength(1);
  });

  it('are listed with their versions and flags', async () => {
    await installPlugins(join(folder.path, 'plugins'), ['annotation', 'sdk-voices']);
    const [node, program] = command;
    const list = await execa(node, [program, 'crane-transform', 'list-plugins', pluginDir()]);
    expect(list.stdout).toMatch(/^AnnotationPlugin +v1$/m);
    expect(list.stdout).toMatch(/^Voices +v1.2.3$/m);
    const flags = await execa(node, [program, 'crane-transform', 'optionals', pluginDir()]);
    expect(flags.stdout).toContain(
      'AnnotationPlugin v1\n  annotation-value\n    The value to set for the annotation test-crane-annotation\n',
    );
  });

  it('have their lines in the log by level, and lines without one not', async () => {
    await installPlugins(join(folder.path, 'plugins'), ['sdk-voices']);
    const { exitCode, stderr } = await run('crane-transform', pluginDir(), withoutOurs);
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toMatch(/^Voices: time=\S+ level=info msg="passing settings"$/m);
    expect(stderr).toMatch(/^warn: Voices: time=\S+ level=warning msg="nothing known of settings"$/m);
    expect(stderr).not.toContain('looking at');
    expect(stderr).not.toContain('a line without a level');
  });

  it('that fail end the task with what they said of it', async () => {
    await installPlugins(join(folder.path, 'plugins'), ['sdk-voices']);
    const { exitCode, ending } = await run(
      ...['crane-transform', pluginDir(), withoutOurs, '--optional-flags={"fail-on":"settings"}'],
    );
    expect(exitCode).toBe(3);
    expect(ending).toContain('running the plugin Voices on v1 ConfigMap shop/settings: it ended with exit code 1');
    expect(ending).toContain('PluginRunError: error when running plugin: will have nothing to do with settings');
    await expect(tree('transform/resources')).rejects.toThrow('ENOENT');
  });

  it('run where there is no network, and reach none', async () => {
    await installPlugins(join(folder.path, 'plugins'), ['annotation']);
    const call = '(echo > /dev/tcp/127.0.0.1/9) 2>&1 | grep -o "unreachable"';
    await writeShellPlugin(
      join(folder.path, 'plugins/caller'),
      'Caller',
      `bash -c '${call}' | sed 's/^/level=warning /' >&2; echo '{}'`,
    );
    const [node, program] = command;
    const args = ['--net', '--map-root-user', '--', node, program, 'crane-transform', pluginDir(), withoutOurs];
    const { exitCode, stderr } = await execa('unshare', args, { cwd: join(folder.path, 'work'), reject: false });
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toContain('warn: Caller: level=warning unreachable');
  });
});

describe('a plugin of the batch form', () => {
  it('works with crane too, which starts it once for each resource', async () => {
    const plugin = join(folder.path, 'plugins/batch');
    const patch = `{ op: 'add', path: '/data/colour', value: resource.extras.colour }`;
    await writeBatchPlugin(plugin, 'Batch', `{ version: 'v1', patches: [${patch}] }`);
    const resource = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };
    const question = { resource, extras: { colour: 'blue' }, priorities: {} };
    const answers = await askCrane([plugin], [question, question]);
    expect(answers.map(({ applied }) => applied)).toEqual([
      ...[
        { ...resource, data: { colour: 'blue' } },
        { ...resource, data: { colour: 'blue' } },
      ],
    ]);
  });
});

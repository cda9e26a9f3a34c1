import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { command, makeFolder, readTree, runTaskCommand } from '../../builders/command.ts';
import { metadataOf, writeBatchPlugin, writeNodePlugin, writeShellPlugin } from '../../builders/plugins.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;

beforeEach(async () => {
  folder = await makeFolder();
  for (const name of ['a', 'b', 'c']) await put(`work/export/resources/shop/${name}.yaml`, configMap(name));
});

afterEach(() => folder.remove());

const plugins = (name = ''): string => join(folder.path, 'plugins', name);
const patchOf = (name: string): string => `resources/shop/transform-${name}.yaml`;
const addColour = `{ version: 'v1', patches: [{ op: 'add', path: '/data/colour', value: resource.extras.colour }] }`;

function configMap(name: string): string {
  return `apiVersion: v1\ndata:\n  big: 9007199254740993\n  name: ${name}\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: shop\n`;
}

async function put(path: string, text: string): Promise<void> {
  const file = join(folder.path, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

function run(...args: readonly string[]) {
  const options = { cwd: join(folder.path, 'work'), environment: { CANARY: 'never', HOME: folder.path } };
  return runTaskCommand(['crane-transform', `--plugin-dir=${plugins()}`, ...args], options);
}

function tree(): Promise<Readonly<Record<string, string>>> {
  return readTree(join(folder.path, 'work/transform'));
}

describe("a plugin of crane's protocol", () => {
  it('as a shell script changes and leaves out resources, and its lines reach the log by their level', async () => {
    await writeShellPlugin(
      plugins('colours'),
      'Colours',
      `case "$document" in
  *'"name":"b"'*) echo '{"version":"v1","isWhiteOut":true}' ;;
  *) echo 'time=now level=warning msg=painted' >&2; echo 'not for the log' >&2
     echo '{"version":"v1","patches":[{"op":"add","path":"/data/colour","value":"blue"}]}' ;;
esac`,
    );
    const { exitCode, results, stderr } = await run();
    expect([exitCode, results['whiteout-count'], results['patched-count']]).toEqual([0, '1', '2']);
    expect((await tree())[patchOf('a')]).toBe('[{"op":"add","path":"/data/colour","value":"blue"}]');
    expect(Object.keys(await tree())).toContain('resources/shop/.wh.b.yaml');
    expect(stderr).toContain('warn: Colours: time=now level=warning msg=painted');
    expect(stderr).not.toContain('not for the log');
    expect(await readFile(join(folder.path, 'work/transform/reports/crane-transform.json'), 'utf8')).toContain(
      'left out by Colours: as it decides',
    );
  });

  it('gets the resource with its exact integers and all flags in lower case, and nothing of the environment', async () => {
    await writeNodePlugin(
      plugins('echo'),
      `if (input.trim() === '{}') { console.log(${JSON.stringify(metadataOf('Echo'))}); process.exit(); }
       const seen = { input, environment: Object.keys(process.env), cwd: process.cwd(), args: process.argv.slice(2) };
       console.log(JSON.stringify({ patches: [{ op: 'add', path: '/data/seen', value: seen }] }));`,
    );
    const { stderr } = await run('--optional-flags={"Colour":"blue"}');
    expect(stderr).not.toContain('no plugin knows');
    const [operation]: unknown[] = JSON.parse((await tree())[patchOf('a')] ?? '') as unknown[];
    expect(operation).toMatchObject({ value: { environment: ['PATH'], cwd: '/', args: [] } });
    expect(operation).toHaveProperty('value.input', expect.stringContaining('"big":9007199254740993'));
    expect(operation).toHaveProperty('value.input', expect.stringContaining('"extras":{"colour":"blue"}'));
  });

  it('gets null for flags when there are none', async () => {
    await writeShellPlugin(
      plugins('null'),
      'Null',
      `case "$document" in *'"extras":null'*) echo '{}' ;; *) exit 1 ;; esac`,
    );
    expect((await run()).exitCode).toBe(0);
  });

  it('loses to a built-in one in the same place, wins when it has priority, and what lost is kept', async () => {
    const answer = `{"patches":[{"op":"add","path":"/metadata/annotations/who","value":"plugin"}]}`;
    await writeShellPlugin(plugins('who'), 'Who', `echo '${answer}'`);
    const flags = '--optional-flags={"add-annotations":"who=flag"}';
    const first = await run(flags, '--ignored-patches-dir=ignored');
    expect(first.results['ignored-count']).toBe('3');
    expect((await tree())[patchOf('a')]).toContain('"value":"flag"');
    expect((await readTree(join(folder.path, 'work/ignored')))['resources/shop/ignored-a.yaml']).toBe(
      '[{"PluginName":"Who","Operation":{"op":"add","path":"/metadata/annotations/who","value":"plugin"}}]',
    );
    await run(flags, '--plugin-priorities=Who');
    expect((await tree())[patchOf('a')]).toContain('"value":"plugin"');
    await run(flags, '--skip-plugins=Who,KubernetesPlugin');
    expect((await tree())[patchOf('a')]).toBe('[]');
  });

  it('is found in the folders below, by name, and only once by the name it gives itself', async () => {
    await writeShellPlugin(plugins('z/one'), 'Same', `echo '{"isWhiteOut":true}'`);
    await writeShellPlugin(plugins('a/two'), 'Same', `echo '{}'`);
    await writeShellPlugin(plugins('not-executable'), 'Other', 'exit 1');
    await chmod(plugins('not-executable'), 0o644);
    const { results, stderr } = await run();
    expect(results['whiteout-count']).toBe('0');
    expect(stderr).toContain('skipped another plugin with the name Same');
  });
});

describe('a batch plugin', () => {
  it('answers for all resources from one process, as the other form does', async () => {
    await writeBatchPlugin(
      plugins('batch'),
      'Batch',
      addColour.replace('value: resource.extras.colour', 'value: process.pid'),
    );
    expect((await run()).exitCode).toBe(0);
    const values = Object.entries(await tree()).filter(([path]) => path.startsWith('resources/'));
    expect(new Set(values.map(([, text]) => text)).size).toBe(1);
    await writeBatchPlugin(plugins('batch'), 'Batch', addColour);
    await run('--optional-flags={"colour":"blue"}');
    const batch = await tree();
    await writeNodePlugin(
      plugins('batch'),
      `const resource = JSON.parse(input);
       console.log(JSON.stringify(input === '{}' ? ${metadataOf('Batch')} : ${addColour}));`,
    );
    await run('--optional-flags={"colour":"blue"}');
    expect(await tree()).toEqual(batch);
    expect(batch[patchOf('a')]).toContain('"value":"blue"');
  });

  it('may write lines for the log between its answers', async () => {
    await writeBatchPlugin(
      plugins('batch'),
      'Batch',
      `(process.stderr.write('level=info msg=' + resource.metadata.name + '\\n'), {})`,
    );
    const { exitCode, stderr } = await run();
    expect(exitCode).toBe(0);
    for (const name of ['a', 'b', 'c']) expect(stderr).toContain(`Batch: level=info msg=${name}`);
  });
});

describe('the commands about plugins', () => {
  it('list names and versions, and flags with help and example', async () => {
    await writeShellPlugin(plugins('p'), 'Colours', 'exit 1');
    const [node, program] = command;
    const list = await execa(node, [program, 'crane-transform', 'list-plugins', `--plugin-dir=${plugins()}`]);
    expect(list.stdout).toMatch(/^KubernetesPlugin +v1$/m);
    expect(list.stdout).toMatch(/^Colours +v0.1$/m);
    const flags = await execa(node, [program, 'crane-transform-optionals', `--plugin-dir=${plugins()}`]);
    expect(flags.stdout).toContain('Colours v0.1\n  Colour\n    Sets the colour.\n    Example: {"Colour":"blue"}');
    expect(flags.stdout).toMatch(/^ {2}pvc-rename-map$/m);
  });
});

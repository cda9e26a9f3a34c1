import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { sha256Of } from '../../../src/adapters/files/digest.ts';
import { command, makeFolder, readTree, runTaskCommand } from '../../builders/command.ts';
import { metadataOf, writeBatchPlugin, writeProgram, writeShellPlugin } from '../../builders/plugins.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;

beforeEach(async () => {
  folder = await makeFolder();
  for (const name of ['a', 'b', 'c']) await put(`work/export/resources/shop/${name}.yaml`, configMap(name));
});

afterEach(() => folder.remove());

const plugins = (name = ''): string => join(folder.path, 'plugins', name);
const patchOf = (name: string): string => `resources/shop/transform-${name}.yaml`;

function configMap(name: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: shop\n`;
}

async function put(path: string, text: string): Promise<void> {
  const file = join(folder.path, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

function run(...args: readonly string[]) {
  const options = { cwd: join(folder.path, 'work'), environment: { HOME: folder.path } };
  return runTaskCommand(['crane-transform', `--plugin-dir=${plugins()}`, ...args], options);
}

function tree(): Promise<Readonly<Record<string, string>>> {
  return readTree(join(folder.path, 'work/transform'));
}

describe('a plugin that breaks ends the task, which names the resource and leaves what was there', () => {
  const onB = (then: string): string => `case "$document" in *'"name":"b"'*) ${then} ;; *) echo '{}' ;; esac`;
  const single: readonly (readonly [string, string, RegExp])[] = [
    ['crashes', onB('kill -SEGV $$'), /it was ended by SIGSEGV/],
    [
      'fails',
      onB(`echo '{"type":"PluginRunError","message":"no","error":"deep"}' >&2; exit 1`),
      /PluginRunError: no: deep/,
    ],
    ['hangs', onB('sleep 600'), /has not answered within 2 s/],
    ['hangs with children', onB('sleep 600 & sleep 600'), /has not answered within 2 s/],
    ['writes garbage', onB('echo garbage'), /answered with invalid JSON/],
    ['writes without end', onB('exec yes 0123456789012345678901234567890123456789'), /answers without end/],
    ['complains without end', onB('exec yes complaint >&2'), /writes to standard error without end/],
    ['answers nothing', onB('exit 0'), /answered nothing/],
    ['answers a list', onB('echo []'), /expected a JSON object/],
    ['answers no patch', onB(`echo '{"patches":[{"op":"merge","path":"/a"}]}'`), /patches that are none/],
    ['answers another version', onB(`echo '{"version":"v2"}'`), /version "v2"/],
  ];
  const batch: readonly (readonly [string, string, RegExp])[] = [
    ['exits', 'process.exit(3)', /it ended with exit code 3/],
    ['ends early', 'process.exit(0)', /it ended before it had answered/],
    ['hangs', '(() => { for (;;); })()', /has not answered within 2 s/],
    ['passes one over', 'undefined', /out of turn: request \d was due/],
    [
      'answers twice',
      `(process.stdout.write(JSON.stringify({ request: resource.request - 1 }) + '\\n'), {})`,
      /out of turn/,
    ],
    ['writes garbage', `(process.stdout.write('garbage\\n'), undefined)`, /answered with invalid JSON/],
    [
      'writes without end',
      `(() => { for (;;) try { require('fs').writeSync(1, '0'.repeat(1e5)); } catch {} })()`,
      /answers without end/,
    ],
  ];

  async function expectBroken(why: RegExp): Promise<void> {
    await put('work/transform/resources/shop/transform-a.yaml', '["earlier"]');
    const { exitCode, ending } = await run('--plugin-timeout=2');
    expect(ending).toMatch(why);
    expect(ending).toMatch(/running the plugin P on v1 ConfigMap shop\/b/);
    expect(exitCode).toBe(3);
    expect(await tree()).toEqual({ [patchOf('a')]: '["earlier"]' });
    expect(await processesBelow(plugins())).toEqual([]);
  }

  it.each(single)('when it %s', async (_, script, why) => {
    await writeShellPlugin(plugins('p'), 'P', script);
    await expectBroken(why);
  });

  it.each(batch)('when the batch form %s', async (_, answer, why) => {
    await writeBatchPlugin(plugins('p'), 'P', `resource.metadata.name === 'b' ? ${answer} : {}`);
    await expectBroken(why);
  });

  it.each([
    ['writes to standard error', `echo hello >&2; echo '${metadataOf('P')}'`, /standard error when asked/],
    ['fails', 'exit 1', /ended with exit code 1/],
    ['is no plugin', 'echo hello', /invalid JSON/],
    ['has no name', `echo '{"requestVersion":["v1"],"responseVersion":["v1"]}'`, /no name/],
    [
      'speaks another version',
      `echo '${metadataOf('P', { responseVersion: ['v2'] })}'`,
      /does not name v1 in responseVersion/,
    ],
    ['waits for ever', 'sleep 600', /has not answered within 1 s/],
  ])('when it is asked for metadata and %s', async (_, script, why) => {
    await writeProgram(plugins('p'), `#!/bin/sh\n${script}\n`);
    const { exitCode, ending } = await run('--plugin-timeout=1');
    expect(exitCode).toBe(3);
    expect(ending).toMatch(/asking the plugin .*plugins\/p for metadata/);
    expect(ending).toMatch(why);
    expect(await tree()).toEqual({});
  });

  it('when it cannot be started', async () => {
    await writeProgram(plugins('p'), '#!/nowhere/at-all\n');
    expect((await run()).ending).toMatch(/it cannot be started/);
  });

  it('when the task is stopped, within two seconds', async () => {
    await writeShellPlugin(plugins('p'), 'P', 'sleep 600');
    const [node, program] = command;
    const child = execa(node, [program, 'crane-transform', `--plugin-dir=${plugins()}`], {
      cwd: join(folder.path, 'work'),
      reject: false,
    });
    await waitFor(async () => (await processesBelow(plugins())).length > 0);
    const asked = Date.now();
    child.kill('SIGTERM');
    const { exitCode } = await child;
    expect(exitCode).toBe(4);
    expect(Date.now() - asked).toBeLessThan(2000);
    expect(await processesBelow(plugins())).toEqual([]);
  });
});

describe('a planted program never runs', () => {
  const plant = (path: string): Promise<void> =>
    writeProgram(
      join(folder.path, path),
      `#!/bin/sh\ntouch ${join(folder.path, 'planted')}\necho '${metadataOf('Planted')}'\n`,
    );
  const hasRun = async (): Promise<boolean> => 'planted' in (await readTree(folder.path));

  it('from the current folder, a workspace or the home', async () => {
    for (const place of ['work', 'work/plugins', 'work/export', 'work/transform', '.local/share/crane/plugins']) {
      await plant(`${place}/planted`.replace('work/export/planted', 'work/export/plugins/planted'));
    }
    await run();
    expect(await hasRun()).toBe(false);
  });

  it.each(['work/transform/plugins', 'work/transform', 'work', '.'])('from %s when that is named', async (place) => {
    await plant(`${place}/program`);
    const { exitCode, ending } = await run(`--plugin-dir=${join(folder.path, place)}`);
    expect([exitCode, await hasRun()]).toEqual([2, false]);
    expect(ending).toMatch(/it is in the workspace/);
  });

  it('from a path that depends on where the task runs', async () => {
    await plant('work/plugins/program');
    const { exitCode, ending } = await run('--plugin-dir=plugins');
    expect([exitCode, await hasRun()]).toEqual([2, false]);
    expect(ending).toMatch(/expected an absolute path/);
  });

  it('beside those whose digests are listed', async () => {
    await writeShellPlugin(plugins('good'), 'Good', `echo '{}'`);
    const digest = sha256Of(await readFile(plugins('good')));
    expect((await run(`--plugin-digests=${digest}`)).exitCode).toBe(0);
    await plant('plugins/zz-program');
    const { exitCode, ending } = await run(`--plugin-digests=${digest}`);
    expect([exitCode, await hasRun()]).toEqual([2, false]);
    expect(ending).toMatch(/zz-program \(sha256:[0-9a-f]{64}\) is not among plugin-digests/);
  });
});

/** Ids of processes whose command line names a folder. */
async function processesBelow(path: string): Promise<readonly string[]> {
  const { stdout } = await execa('ps', ['-eo', 'pid,args'], { reject: false });
  return stdout.split('\n').filter((line) => line.includes(path) && !line.includes('crane-transform'));
}

async function waitFor(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 20));
}

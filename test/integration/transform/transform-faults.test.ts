import { mkdir, readdir, writeFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { command, makeFolder, readTree, runTaskCommand } from '../../builders/command.ts';

const count = 1500;
let folder: Awaited<ReturnType<typeof makeFolder>>;
let clean: Awaited<ReturnType<typeof readTree>>;

/** Tasks with what they write into; each is run on the export of 1,500 resources. */
const tasks = [
  { task: 'crane-transform', flag: '--transform-dir', wanted: () => cleanOf('transform') },
  { task: 'crane-apply', flag: '--output-dir', wanted: () => cleanOf('output') },
] as const;

beforeAll(async () => {
  folder = await makeFolder();
  const shop = join(folder.path, 'export/resources/shop');
  await mkdir(shop, { recursive: true });
  for (let number = 0; number < count; number += 1) {
    const name = `settings-${String(number)}`;
    const text = `apiVersion: v1\ndata:\n  a: b\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: shop\n  uid: u\n`;
    await writeFile(join(shop, `ConfigMap__v1_shop_${name}.yaml`), text);
  }
  for (const { task } of tasks) expect((await runTaskCommand([task], { cwd: folder.path })).exitCode).toBe(0);
  clean = await readTree(folder.path);
});

afterAll(() => folder.remove());

function cleanOf(part: string): Record<string, string> {
  const entries = Object.entries(clean).filter(([path]) => path.startsWith(`${part}/`) && !path.includes('/reports/'));
  return Object.fromEntries(entries.map(([path, text]) => [path.slice(part.length + 1), text]));
}

function start(task: string, target: string) {
  const [node, program] = command;
  return execa(node, [program, task, '--output=json', target], { cwd: folder.path, reject: false });
}

async function waitForFiles(path: string, enough: number): Promise<void> {
  for (;;) {
    const names = await readdir(path, { recursive: true }).catch(() => []);
    if (names.length >= enough) return;
    await setTimeout(2);
  }
}

/** As if the killed run had been some time ago: what may still be written by somebody is left alone. */
async function makeOld(path: string): Promise<void> {
  const longAgo = new Date(Date.now() - 120_000);
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((one) => one.isFile())) {
    await utimes(join(entry.parentPath, entry.name), longAgo, longAgo);
  }
}

describe.each(tasks)('$task', ({ task, flag, wanted }) => {
  it.each([1, 60, 700])(
    'that is killed after about %i files gives the same bytes when it runs again',
    async (enough) => {
      const target = join(folder.path, `${task}-killed-${String(enough)}`);
      const child = start(task, `${flag}=${target}`);
      await waitForFiles(target, enough);
      child.kill('SIGKILL');
      await child;
      await makeOld(target);
      expect((await runTaskCommand([task, `${flag}=${target}`], { cwd: folder.path })).exitCode).toBe(0);
      expect(await readTree(target)).toEqual(wanted());
    },
  );

  it('that is terminated stops within two seconds and says how to continue', async () => {
    const target = join(folder.path, `${task}-terminated`);
    const child = start(task, `${flag}=${target}`);
    await waitForFiles(target, 20);
    const asked = Date.now();
    child.kill('SIGTERM');
    const { exitCode, stderr, stdout } = await child;
    expect(Date.now() - asked).toBeLessThan(2000);
    expect(exitCode).toBe(4);
    expect(stdout).toContain('"status": "interrupted"');
    expect(stderr).toMatch(/stopped by a signal\. Run again/);
  });

  it('on a full disk says so, names the file, and leaves what was there', async () => {
    const target = join(folder.path, `${task}-small`);
    await mkdir(target);
    await execa('mount', ['-t', 'tmpfs', '-o', 'size=400k', 'tmpfs', target]);
    try {
      await mkdir(join(target, 'resources/shop'), { recursive: true });
      await writeFile(join(target, 'resources/shop/transform-earlier.yaml'), '[]');
      const { exitCode, results, ending } = await runTaskCommand([task, `${flag}=${target}`], { cwd: folder.path });
      expect([exitCode, results['status']]).toEqual([4, 'disk-full']);
      expect(ending).toMatch(/writing .*ConfigMap__v1_shop_settings-\d+.yaml \(\d+ bytes\).*Free space/);
      expect(await readTree(target)).toEqual({ 'resources/shop/transform-earlier.yaml': '[]' });
    } finally {
      await execa('umount', [target]);
    }
  });
});

import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openBrowser } from '../../../../src/adapters/processes/open-browser.ts';

const link = 'http://127.0.0.1:8080/#secret=planted-secret-of-the-link';
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crane-tasks-browser-'));
});

afterEach(() => rm(folder, { recursive: true }));

/** A browser that writes down how it was started. */
async function plantBrowser(): Promise<string> {
  const seen = join(folder, 'seen');
  const program = join(folder, 'xdg-open');
  await writeFile(program, `#!/bin/sh\n{ echo "$@"; env; } > ${seen}.part\nmv ${seen}.part ${seen}\n`);
  await chmod(program, 0o755);
  return seen;
}

describe('opening the browser', () => {
  it('keeps the secret out of arguments and environment, in a file of the user', async () => {
    const seen = await plantBrowser();
    const path = `${folder}${delimiter}${process.env['PATH'] ?? ''}`;
    const forget = await openBrowser(link, { PATH: path, HOME: folder, KUBECONFIG: '/secret/place' });
    await expect.poll(() => readFile(seen, 'utf8').catch(() => ''), { timeout: 10_000 }).not.toBe('');
    const text = await readFile(seen, 'utf8');
    expect(text).not.toContain('planted-secret');
    expect(text).not.toContain('/secret/place');
    const file = fileURLToPath(text.split('\n')[0] ?? '');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).toContain(`url=${link}`);
    await forget();
    await expect(stat(file)).rejects.toThrow('ENOENT');
  });

  it('does not end the browser with the program that starts it', async () => {
    const path = `${folder}${delimiter}${process.env['PATH'] ?? ''}`;
    const program = join(folder, 'xdg-open');
    await writeFile(program, `#!/bin/sh\nsleep 0.05\ntouch "${folder}/$$.opened"\n`);
    await chmod(program, 0o755);
    const opened = await Promise.all(Array.from({ length: 20 }, () => openBrowser(link, { PATH: path, HOME: folder })));
    const count = async () => (await readdir(folder)).filter((name) => name.endsWith('.opened')).length;
    await expect.poll(count, { timeout: 10_000 }).toBe(20);
    await Promise.all(opened.map((forget) => forget()));
  });

  it('does nothing where there is no browser', async () => {
    const forget = await openBrowser(link, { PATH: folder });
    await forget();
  });
});

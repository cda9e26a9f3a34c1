import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { execa } from 'execa';
import { describe, expect, it } from 'vitest';

import { makeFolder } from '../../builders/command.ts';
import { writeLocalKubeconfig } from '../../builders/local-kubeconfig.ts';
import { programFile } from '../../builders/program.ts';

/** Sends SIGTERM as soon as the program listens for it, before it has loaded its task. */
const preload = `const once = process.once.bind(process);
let isSent = false;
process.once = (name, listener) => {
  const result = once(name, listener);
  if (name === 'SIGTERM' && !isSent) {
    isSent = true;
    process.kill(process.pid, 'SIGTERM');
  }
  return result;
};
`;

function laterBy(milliseconds: number): string {
  return preload.replace('process.kill(', `setTimeout(process.kill, ${String(milliseconds)}, `);
}

async function writeEarly(folder: string, text: string): Promise<string> {
  const file = path.join(folder, 'early.mjs');
  await writeFile(file, text);
  return file;
}

describe('a signal while the program is being loaded', () => {
  it.each([0, 30])('ends the task with a report, %i ms after its start', async (milliseconds) => {
    const folder = await makeFolder();
    const early = await writeEarly(folder.path, milliseconds === 0 ? preload : laterBy(milliseconds));
    const kubeconfig = await writeLocalKubeconfig('http://127.0.0.1:9');
    const args = ['--context=local', '--namespace=shop', `--kubeconfig=${kubeconfig.path}`, '--export-dir=export'];
    const { exitCode } = await execa(process.execPath, ['--import', early, programFile, 'crane-export', ...args], {
      cwd: folder.path,
      reject: false,
    });
    expect(exitCode).toBe(4);
    const report = JSON.parse(await readFile(path.join(folder.path, 'export/reports/crane-export.json'), 'utf8')) as {
      status: string;
    };
    expect(report.status).toBe('interrupted');
    await Promise.all([folder.remove(), kubeconfig.remove()]);
  });
});

describe('a signal while answers are awaited from a FIFO', () => {
  it('ends the plan of a move', async () => {
    const folder = await makeFolder();
    execFileSync('mkfifo', [path.join(folder.path, 'answers')]);
    const early = await writeEarly(folder.path, laterBy(500));
    const args = ['--import', early, programFile, 'plan', '--answers=answers'];
    const options = { cwd: folder.path, reject: false, timeout: 20_000, killSignal: 'SIGKILL' } as const;
    expect(await execa(process.execPath, args, options)).toMatchObject({ exitCode: 4, timedOut: false });
    await folder.remove();
  });
});

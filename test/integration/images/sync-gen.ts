import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';

import { assertWritten } from '../../builders/documents.ts';
import { programFile } from '../../builders/program.ts';

export interface Run {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** Text of the written plan.json; empty when there is none. */
  readonly plan: string;
}

/** Runs crane-skopeo-sync-gen as a process. A flag `skopeo-dir` is needed. */
export async function runSyncGen(flags: Readonly<Record<string, string>>): Promise<Run> {
  const args = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
  const since = Date.now();
  const { exitCode, stdout, stderr } = await execa(process.execPath, [programFile, 'crane-skopeo-sync-gen', ...args], {
    reject: false,
    stripFinalNewline: false,
    env: { TZ: 'Asia/Kathmandu', LANG: 'tr_TR.UTF-8' },
  });
  await assertWritten({ cwd: flags['skopeo-dir'] ?? '', args, since });
  const plan = await readFile(path.join(flags['skopeo-dir'] ?? '', 'plan.json'), 'utf8').catch(() => '');
  return { exitCode, stdout, stderr, plan };
}

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { makeRules } from './secret-rules/make-rules.ts';

/** Writes the rules that find secrets from the pinned version of gitleaks; with `--check` it compares them only. */
for (const [path, text] of await makeRules()) {
  if ((await readFile(path, 'utf8').catch(() => undefined)) === text) continue;
  if (process.argv.includes('--check')) {
    console.error(`out of date: ${path}. Run 'node scripts/secret-rules.ts' and commit what it changes.`);
    process.exitCode = 1;
    continue;
  }
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

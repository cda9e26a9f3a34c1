import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { execa } from 'execa';

import { ensureBuilt } from '../../testbed/clusters/programs.ts';
import type { Description } from './descriptions.ts';

/** What Vale found in a text. */
export interface Alert {
  /** `docs/forms.md:12`, or the place of a description. */
  readonly place: string;
  readonly message: string;
  /** Name of the rule: the file below `.vale/styles` is `CraneTasks/<name>.yml`. */
  readonly check: string;
}

interface ValeAlert {
  readonly Line: number;
  readonly Message: string;
  readonly Check: string;
}

/** Runs Vale over Markdown files, with the rules of the repository. Vale is built when it is not in the cache. */
export async function lintFiles(files: readonly string[]): Promise<readonly Alert[]> {
  const found = await runVale(files);
  return found.map(({ file, alert }) => toAlert(`${file}:${String(alert.Line)}`, alert));
}

/** The same over descriptions, one paragraph each. */
export async function lintDescriptions(
  descriptions: readonly Description[],
  folder: string,
): Promise<readonly Alert[]> {
  const file = path.join(folder, 'descriptions.md');
  await mkdir(folder, { recursive: true });
  await writeFile(file, descriptions.map(({ text }) => `${text.replaceAll('\n', ' ')}\n`).join('\n'));
  const found = await runVale([file]);
  await rm(file);
  // A paragraph is one line, and an empty line follows it.
  return found.map(({ alert }) => toAlert(descriptions[(alert.Line - 1) / 2]?.place ?? file, alert));
}

function toAlert(place: string, { Message, Check }: ValeAlert): Alert {
  return { place, message: Message, check: Check };
}

async function runVale(
  files: readonly string[],
): Promise<readonly { readonly file: string; readonly alert: ValeAlert }[]> {
  const vale = await ensureBuilt('vale');
  const { stdout } = await execa(vale, ['--output=JSON', '--no-exit', ...files]);
  const alerts = JSON.parse(stdout) as Readonly<Record<string, readonly ValeAlert[]>>;
  return Object.entries(alerts).flatMap(([file, list]) => list.map((alert) => ({ file, alert })));
}

import { readFile, writeFile } from 'node:fs/promises';
import { cpus, release } from 'node:os';

import { benchExport } from './export.ts';
import { formatTable, benchImageCopy } from './image-copy.ts';
import type { Measurement } from './measure.ts';
import { benchStartUp } from './start-up.ts';
import { benchTransform, formatTransform } from './transform.ts';

const start = '<!-- measured by `make bench`: do not edit below -->';
const end = '<!-- end of measured part -->';
const page = 'bench/README.md';

/** Runs all measurements and puts the tables and raw numbers into bench/README.md. */
async function bench(): Promise<void> {
  const startUp = await benchStartUp();
  const exported = await benchExport();
  const transformed = await benchTransform();
  const copies = await benchImageCopy();
  const measured = [
    start,
    '',
    `On ${String(cpus().length)} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), Linux ${release()}, Node ${process.version}.`,
    '',
    '## Start-up',
    '',
    table(
      ['program', 'median', 'peak memory'],
      [
        ['`crane-export --help`', ...cells(startUp.help)],
        ['`crane-export` with an unknown context', ...cells(startUp.cluster)],
        ['`node -e 0`', ...cells(startUp.node)],
      ],
    ),
    '',
    `## Export of ${exported.objects.toLocaleString('en')} objects from a real kube-apiserver`,
    '',
    table(
      ['program', 'median', 'peak memory', 'time against ours', 'memory against ours'],
      [
        ['`crane-export`, one file per object', ...cells(exported.ours), '', ''],
        ['`kubectl get -o yaml`', ...cells(exported.kubectl), ...ratios(exported.kubectl, exported.ours)],
      ],
    ),
    '',
    `## Transform of ${transformed.resources.toLocaleString('en')} mixed resources`,
    '',
    formatTransform(transformed),
    '',
    '## Copy of 40 repositories, five layers each, three of them shared',
    '',
    formatTable(copies),
    '',
    '## Raw numbers',
    '',
    '```json',
    JSON.stringify({ startUp, export: exported, transform: transformed, imageCopy: copies }, undefined, 2),
    '```',
    '',
    end,
  ].join('\n');
  const text = await readFile(page, 'utf8');
  const [before = ''] = text.split(start);
  const [, after = '\n'] = text.split(end);
  await writeFile(page, before + measured + after);
  console.log(measured);
}

function cells({ seconds, peakMebibytes }: Measurement): readonly string[] {
  return [`${seconds.toFixed(2)} s`, `${peakMebibytes.toFixed(0)} MiB`];
}

function ratios(other: Measurement, own: Measurement): readonly string[] {
  return [`${(other.seconds / own.seconds).toFixed(1)}x`, `${(other.peakMebibytes / own.peakMebibytes).toFixed(1)}x`];
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (row: readonly string[]): string => `| ${row.join(' | ')} |`;
  return [header, header.map(() => '---'), ...rows].map(line).join('\n');
}

await bench();

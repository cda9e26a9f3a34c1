import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, release } from 'node:os';
import { parseArgs } from 'node:util';

import { benchApply } from './apply.ts';
import { benchContainerize } from './containerize.ts';
import { benchExport } from './export.ts';
import { benchFused, formatFused } from './fused.ts';
import { benchImageArchive } from './image-archive.ts';
import { benchImageCopy, formatTable, largeImage } from './image-copy.ts';
import type { Measurement } from './measure.ts';
import { benchSourceUnpack, formatUnpack } from './source-unpack.ts';
import { benchSourceUpload, formatUpload } from './source-upload.ts';
import { benchStartUp, budgets, peers } from './start-up.ts';
import { benchTransform, formatTransform } from './transform.ts';
import { benchVolumeTransfer } from './volume-transfer.ts';
import { benchWizard, describeWizard } from './wizard.ts';

const page = 'bench/README.md';
const usage = `node bench/main.ts [SECTION ...]

Measures what is named, or everything: start-up, export, transform, apply, image-copy, large-image, image-archive,
containerize, source-unpack, source-upload, volume-transfer, fused, wizard.
Each measurement is a run of its own with its peers in it, and replaces its part of ${page}.
Ends with exit code 1 when a figure exceeds its budget.`;

interface Section {
  readonly title: string;
  /** Tables in Markdown, and the raw numbers behind them. */
  readonly measure: () => Promise<{ readonly text: string; readonly figures: unknown }>;
}

const sections: Readonly<Record<string, Section>> = {
  'start-up': { title: 'Start-up', measure: startUp },
  export: { title: 'Export of 20,000 objects from a real kube-apiserver', measure: exported },
  transform: {
    title: 'Transform of 5,000 mixed resources',
    measure: async () => {
      const figures = await benchTransform();
      return { text: formatTransform(figures), figures };
    },
  },
  apply: { title: 'Apply of 1,000 resources to a real kube-apiserver, 20 ms away', measure: applied },
  'image-copy': {
    title: 'Copy of 40 repositories, five layers each, three of them shared',
    measure: async () => {
      const figures = await benchImageCopy();
      return { text: formatTable(figures), figures };
    },
  },
  'large-image': {
    title: 'One image of 4 GiB, copied 20 ms away',
    measure: async () => {
      const figures = await benchImageCopy(largeImage);
      return { text: formatTable(figures), figures };
    },
  },
  'image-archive': { title: 'An image of 1 GiB into an archive, and from it into a registry', measure: archived },
  containerize: { title: 'A library of 1 GiB in 20,000 files into an image, built and pushed', measure: containerized },
  'source-unpack': {
    title: 'Archives of 20,000 files, unpacked',
    measure: async () => {
      const figures = await benchSourceUnpack();
      return { text: formatUnpack(figures), figures };
    },
  },
  'source-upload': {
    title: 'A folder of 1 GiB, uploaded to an object storage',
    measure: async () => {
      const figures = await benchSourceUpload();
      return { text: formatUpload(figures), figures };
    },
  },
  'volume-transfer': { title: 'Volume of 20,000 files and one of 1 GiB, copied and proven', measure: transferred },
  fused: {
    title: 'A stateless move in one pod and as a Pipeline',
    measure: async () => {
      const figures = await benchFused(3);
      return { text: formatFused(figures), figures };
    },
  },
  wizard: {
    title: 'The page of the wizard and its server, against their budgets',
    measure: async () => {
      const figures = await benchWizard();
      const { rows, isOver } = describeWizard(figures);
      if (isOver) process.exitCode = 1;
      return { text: table(['figure', 'measured', 'budget'], rows), figures };
    },
  },
};

async function startUp(): ReturnType<Section['measure']> {
  const figures = await benchStartUp();
  const budgeted = (text: string, name: keyof typeof budgets) => {
    const ratio = figures[name].seconds / figures[peers[name]].seconds;
    if (ratio > budgets[name]) process.exitCode = 1;
    return [text, ...precise(figures[name]), `${ratio.toFixed(2)}x`, `${budgets[name].toFixed(1)}x`];
  };
  const rows = [
    ['`kubectl --help`', ...precise(figures['kubectl-help']), '', ''],
    budgeted('`crane-tasks --help`', 'help'),
    budgeted('`crane-tasks crane-export --contxt=a`, a usage error', 'usage-error'),
    ['`kubectl --context=unknown get namespaces`', ...precise(figures['kubectl-unknown-context']), '', ''],
    budgeted('`crane-tasks crane-export --context=unknown`', 'unknown-context'),
    ['`crane-tasks crane-export --help`', ...precise(figures['task-help']), '', ''],
    ['`node -e 0`', ...precise(figures.node), '', ''],
  ];
  return { text: table(['program', 'median', 'peak memory', 'against kubectl', 'budget'], rows), figures };
}

function precise({ seconds, peakMebibytes }: Measurement): readonly string[] {
  return [`${(seconds * 1000).toFixed(0)} ms`, `${peakMebibytes.toFixed(0)} MiB`];
}

async function exported(): ReturnType<Section['measure']> {
  const figures = await benchExport();
  const rows = [
    ['`crane-export`, one file per object', ...cells(figures.ours), '', ''],
    ['`kubectl get -o yaml`', ...cells(figures.kubectl), ...ratios(figures.kubectl, figures.ours)],
  ];
  return {
    text: table(['program', 'median', 'peak memory', 'time against ours', 'memory against ours'], rows),
    figures,
  };
}

async function applied(): ReturnType<Section['measure']> {
  const figures = await benchApply();
  const { ours, kubectl, oursAgain, kubectlAgain } = figures;
  const rows = [
    ['`kubectl-apply-files`', ...cells(ours), '', ...cells(oursAgain), ''],
    [
      '`kubectl apply --server-side`',
      ...cells(kubectl),
      times(kubectl, ours),
      ...cells(kubectlAgain),
      times(kubectlAgain, oursAgain),
    ],
  ];
  const header = [
    'program',
    'first run',
    'peak memory',
    'against ours',
    'nothing changed',
    'peak memory',
    'against ours',
  ];
  return { text: table(header, rows), figures };
}

async function archived(): ReturnType<Section['measure']> {
  const figures = await benchImageArchive();
  const [ours] = figures;
  const rows = figures.map(({ contender, write, push }) => {
    const both = { ...write, seconds: write.seconds + push.seconds };
    const own = ours === undefined ? both : { ...ours.write, seconds: ours.write.seconds + ours.push.seconds };
    return [
      `\`${contender}\``,
      ...cells(write),
      times(write, ours?.write ?? write),
      ...cells(push),
      times(push, ours?.push ?? push),
      times(both, own),
    ];
  });
  const header = ['program', 'archive', 'peak memory', 'against ours', 'push', 'peak memory', 'against ours', 'both'];
  return { text: table(header, rows), figures };
}

async function containerized(): ReturnType<Section['measure']> {
  const figures = await benchContainerize();
  const [ours, plain] = figures.contenders;
  const scanShare = 1 - (plain?.whole.seconds ?? 0) / (ours?.whole.seconds ?? 1);
  const rows = figures.contenders.map(({ contender, whole }, index) => [
    `\`${contender.replaceAll('|', '\\|')}\``,
    `${whole.seconds.toFixed(2)} s`,
    // The peers are several programs each.
    index < 2 ? `${whole.peakMebibytes.toFixed(0)} MiB` : '',
    times(whole, ours?.whole ?? whole),
  ]);
  const share = `${(figures.sentAgain * 100).toFixed(1)} %`;
  const again = `After one package with 1 % of the bytes changed, ${share} of the bytes of ${String(figures.layers)} layers are sent.`;
  const scan = `The search for secrets takes ${(scanShare * 100).toFixed(0)} % of the time.`;
  return { text: `${table(['program', 'fastest', 'peak memory', 'against ours'], rows)}\n\n${scan} ${again}`, figures };
}

async function transferred(): ReturnType<Section['measure']> {
  const figures = await benchVolumeTransfer();
  const rows = figures.flatMap(({ roundTripMilliseconds, plain, ours, oursAgain }) => {
    const distance = `${String(roundTripMilliseconds)} ms`;
    return [
      [distance, '`rsync -aHS` through stunnel, no proof', ...cells(plain), '1.0x', ''],
      [distance, 'crane-transfer-pvc, with its proof', ...cells(ours), precisely(ours, plain), '1.0x'],
      [distance, 'the same after 1 % of the files changed', ...cells(oursAgain), '', precisely(oursAgain, ours)],
    ];
  });
  const header = ['round trip', 'program', 'fastest', 'peak memory', 'against rsync', 'against the first run'];
  return { text: table(header, rows), figures };
}

function precisely(other: Measurement, own: Measurement): string {
  return `${(other.seconds / own.seconds).toFixed(2)}x`;
}

function cells({ seconds, peakMebibytes }: Measurement): readonly string[] {
  return [`${seconds.toFixed(2)} s`, `${peakMebibytes.toFixed(0)} MiB`];
}

function times(other: Measurement, own: Measurement): string {
  return `${(other.seconds / own.seconds).toFixed(1)}x`;
}

function ratios(other: Measurement, own: Measurement): readonly string[] {
  return [times(other, own), `${(other.peakMebibytes / own.peakMebibytes).toFixed(1)}x`];
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (row: readonly string[]): string => `| ${row.join(' | ')} |`;
  return [header, header.map(() => '---'), ...rows].map(line).join('\n');
}

/** Measures a section and puts what came out between its marks. */
async function bench(name: string, { title, measure }: Section): Promise<void> {
  const { text, figures } = await measure();
  const computer = `${String(cpus().length)} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), Linux ${release()}`;
  const [start, end] = [`<!-- measured: ${name}; do not edit -->`, `<!-- end of ${name} -->`];
  const raw = [
    '<details><summary>raw numbers</summary>',
    '',
    '```json',
    JSON.stringify(figures),
    '```',
    '',
    '</details>',
  ];
  const commit = execFileSync('git', ['rev-parse', '--short=10', 'HEAD'], { encoding: 'utf8' }).trim();
  const where = `On ${computer}, Node ${process.version}, commit ${commit}.`;
  const part = [start, `## ${title}`, '', text, '', where, '', ...raw, end];
  const old = await readFile(page, 'utf8');
  const [before = '', rest = ''] = old.split(start);
  const after = rest.split(end)[1] ?? '\n';
  const measured = part.join('\n');
  await writeFile(page, old.includes(start) ? before + measured + after : `${old.trimEnd()}\n\n${measured}\n`);
  console.log(`${measured}\n`);
}

const { positionals } = parseArgs({ allowPositionals: true });
const unknown = positionals.filter((name) => sections[name] === undefined);
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(', ')}\n\n${usage}`);
  process.exitCode = 2;
} else {
  for (const [name, section] of Object.entries(sections)) {
    if (positionals.length === 0 || positionals.includes(name)) await bench(name, section);
  }
}

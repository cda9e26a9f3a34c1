import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { execa } from 'execa';

import { measure, middleOf, type Measurement } from './measure.ts';

export interface UnpackFigure {
  readonly archive: string;
  readonly ours: Measurement;
  readonly peer: string;
  readonly peerTime: Measurement;
}

const fileCount = 20_000;
const textName = /\.(?:[cm]?[jt]s|json|md)$/;
const memory = '/dev/shm';

interface Contender {
  readonly archive: string;
  readonly peer: string;
  readonly command: (archive: string, folder: string) => readonly [string, ...string[]];
}

const contenders: readonly Contender[] = [
  { archive: 'source.tgz', peer: 'tar -xzf', command: (archive, folder) => ['tar', '-xzf', archive, '-C', folder] },
  { archive: 'source.zip', peer: 'unzip -q', command: (archive, folder) => ['unzip', '-q', archive, '-d', folder] },
];

/** Unpacks archives of 20,000 files of source code, in turns with its peers: medians. Files are in memory. */
export async function benchSourceUnpack(rounds = 5): Promise<readonly UnpackFigure[]> {
  const folder = await mkdtemp(path.join(existsSync(memory) ? memory : tmpdir(), 'bench-unpack-'));
  try {
    await writeFiles(path.join(folder, 'source'));
    await execa('tar', ['-czf', 'source.tgz', 'source'], { cwd: folder });
    await execa('zip', ['-qr', 'source.zip', 'source'], { cwd: folder });
    const figures: UnpackFigure[] = [];
    for (const { archive, peer, command } of contenders) {
      const [ours, theirs]: [Measurement[], Measurement[]] = [[], []];
      for (let round = 0; round < rounds; round += 1) {
        ours.push(
          await run([process.execPath, 'dist/crane-tasks.mjs', 'source-unpack', ...flags(folder, archive)], folder),
        );
        theirs.push(await run(command(path.join(folder, archive), path.join(folder, 'app')), folder));
      }
      figures.push({ archive, ours: middleOf(ours), peer, peerTime: middleOf(theirs) });
    }
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A Markdown table. */
export function formatUnpack(figures: readonly UnpackFigure[]): string {
  const rows = figures.map(({ archive, ours, peer, peerTime }) => {
    const cells = [ours, peerTime].map(({ seconds, peakMebibytes }) => [
      `${seconds.toFixed(2)} s`,
      `${peakMebibytes.toFixed(0)} MiB`,
    ]);
    const ratio = `${(ours.seconds / peerTime.seconds).toFixed(2)}x`;
    return `| ${[archive, ...(cells[0] ?? []), `\`${peer}\``, ...(cells[1] ?? []), ratio].join(' | ')} |`;
  });
  const header = ['archive', 'source-unpack', 'peak memory', 'peer', 'time', 'peak memory', 'ours against the peer'];
  return [`| ${header.join(' | ')} |`, `|${' --- |'.repeat(header.length)}`, ...rows].join('\n');
}

function flags(folder: string, archive: string): readonly string[] {
  return [`--source-dir=${folder}`, `--archive=${archive}`, '--keep-archive=true'];
}

async function run(command: readonly [string, ...string[]], folder: string): Promise<Measurement> {
  await rm(path.join(folder, 'app'), { recursive: true, force: true });
  await mkdir(path.join(folder, 'app'));
  const figure = await measure(command);
  if (figure.exitCode !== 0) throw new Error(`${command.join(' ')}: exit code ${String(figure.exitCode)}`);
  return figure;
}

/** Source as people write it: the texts in `node_modules`, again in a second folder until there are enough of them. */
async function writeFiles(folder: string): Promise<void> {
  const found = await readdir('node_modules', { recursive: true, withFileTypes: true });
  const texts = found
    .filter((entry) => entry.isFile() && textName.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted();
  for (let index = 0; index < fileCount; index += 1) {
    const text = texts[index % texts.length] ?? '';
    const place = path.join(folder, String(Math.floor(index / texts.length)), text);
    await mkdir(path.dirname(place), { recursive: true });
    await copyFile(text, place);
  }
}

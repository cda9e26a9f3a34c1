import { randomFillSync } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { seededRandom } from '../test/builders/random-kills.ts';

const [kibibyte, mebibyte] = [1024, 1024 * 1024];
const packages = 200;
const filesOfPackage = 100;
const poolSize = 16 * mebibyte;
/** Of a library of 1 GiB. */
const onePercent = Math.round(10.24 * mebibyte);
const smallSizes = { '.py': [2 * kibibyte, 24 * kibibyte], '.pyc': [2 * kibibyte, 20 * kibibyte] } as const;

interface Pools {
  readonly text: Buffer;
  readonly machine: Buffer;
  readonly noise: Buffer;
}

/**
 * Writes 200 packages of 100 files, 1 GiB together, as a folder of installed Python packages is: sources, compiled
 * files, a shared library that has most of the bytes of its package, and data that cannot be compressed.
 * @returns a package with 1 % of all bytes
 */
export async function makeLibrary(folder: string): Promise<string> {
  const random = seededRandom(1);
  const pools = makePools(random);
  // A few packages have most of the bytes.
  const weights = Array.from({ length: packages - 1 }, () => 1 / (0.05 + random()));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const rest = 1024 * mebibyte - onePercent;
  const sizes = [onePercent, ...weights.map((weight) => Math.max(mebibyte, Math.round((weight / sum) * rest)))];
  for (const [index, size] of sizes.entries()) {
    const target = path.join(folder, `package${String(index).padStart(3, '0')}`);
    await makePackage(target, size, { random, pools });
  }
  return path.join(folder, 'package000');
}

/** Changes every file of a package, as another version of it does. */
export async function changePackage(folder: string): Promise<void> {
  const random = seededRandom(2);
  await makePackage(folder, onePercent, { random, pools: makePools(random) });
}

interface Source {
  readonly random: () => number;
  readonly pools: Pools;
}

async function makePackage(folder: string, size: number, source: Source): Promise<void> {
  await mkdir(path.join(folder, '__pycache__'), { recursive: true });
  let left = size;
  for (let index = 0; index < filesOfPackage - 2; index += 1) {
    const isCompiled = index % 3 === 2;
    const name = isCompiled ? `__pycache__/module${String(index)}.cpython-311.pyc` : `module${String(index)}.py`;
    const [least, most] = smallSizes[isCompiled ? '.pyc' : '.py'];
    const length = Math.round((least + source.random() * (most - least)) / 2);
    left -= length;
    await writeFile(path.join(folder, name), pieceOf(isCompiled ? 'machine' : 'text', length, source));
  }
  const noise = Math.round(left * 0.05);
  await writeFile(path.join(folder, 'data.npz'), pieceOf('noise', noise, source));
  await writeFile(path.join(folder, 'native.so'), pieceOf('machine', left - noise, source));
}

function pieceOf(kind: keyof Pools, length: number, { random, pools }: Source): Buffer {
  const pool = pools[kind];
  const pieces: Buffer[] = [];
  for (let left = length; left > 0; left -= poolSize / 2) {
    const start = Math.floor(random() * (poolSize / 2));
    pieces.push(pool.subarray(start, start + Math.min(left, poolSize / 2)));
  }
  return Buffer.concat(pieces);
}

function makePools(random: () => number): Pools {
  const words = Array.from({ length: 3000 }, () => wordOf(random));
  const text = Buffer.alloc(poolSize);
  for (let at = 0; at < poolSize; ) {
    const indent = ' '.repeat(4 * Math.floor(random() * 4));
    const line = Array.from({ length: 2 + Math.floor(random() * 8) }, () => words[Math.floor(random() ** 3 * 3000)]);
    at += text.write(`${indent}${line.join(' ')}\n`, at);
  }
  const machine = randomFillSync(Buffer.alloc(poolSize));
  for (let at = 0; at + 64 <= poolSize; ) at += writeInstructions(machine, at, random);
  return { text, machine, noise: randomFillSync(Buffer.alloc(poolSize)) };
}

/** Sequences of instructions repeat a little further on; operands mostly do not. */
function writeInstructions(machine: Buffer, at: number, random: () => number): number {
  const isRepeated = at > 8192 && random() < 0.4;
  if (isRepeated) {
    const start = at - 64 - Math.floor(random() * 8000);
    return machine.copy(machine, at, start, start + 16 + Math.floor(random() * 48));
  }
  machine.writeUInt32LE(0x48000000 + Math.floor(random() ** 4 * 4096) * 257, at);
  if (random() < 0.6) machine.fill(0, at + 5, at + 8);
  return 8;
}

function wordOf(random: () => number): string {
  return Array.from({ length: 3 + Math.floor(random() * 9) }, () =>
    String.fromCharCode(97 + Math.floor(random() * 26)),
  ).join('');
}

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { execa } from 'execa';

import { startS3Server, type S3Server } from '../testbed/clusters/s3-server.ts';
import { measure, middleOf, type Measurement } from './measure.ts';

export interface UploadFigures {
  readonly ours: Measurement;
  /** `tar` and `gzip -1` into a file. */
  readonly pack: Measurement;
  /** `aws s3 cp` of that file. */
  readonly copy: Measurement;
}

const mebibyte = 1024 * 1024;
const fileCount = 1024;
const memory = '/dev/shm';
const bucket = 'bench';

/**
 * Uploads a folder of 1 GiB (1,024 files, half of each is random) to versitygw on loopback, in turns with its peers:
 * medians. It needs `aws`, for example from the package awscli of PyPI. Files are in memory.
 */
export async function benchSourceUpload(rounds = 5): Promise<UploadFigures> {
  const folder = await mkdtemp(path.join(existsSync(memory) ? memory : tmpdir(), 'bench-upload-'));
  const server = await startS3Server(folder);
  try {
    await writeSource(path.join(folder, 'source'));
    await writeConnection(path.join(folder, 'connection'), server);
    const found: Record<keyof UploadFigures, Measurement[]> = { ours: [], pack: [], copy: [] };
    for (let round = 0; round < rounds; round += 1) {
      await rm(path.join(server.folder, bucket), { recursive: true, force: true });
      await mkdir(path.join(server.folder, bucket));
      found.ours.push(await run(oursOf(folder)));
      const packed = path.join(folder, 'source.tgz');
      const tar = ['--use-compress-program=gzip -1', '-cf', packed, '-C', folder, 'source'] as const;
      found.pack.push(await run(['tar', ...tar]));
      found.copy.push(await run(['aws', ...awsFlags(server), packed, `s3://${bucket}/peer`], awsEnvironment(server)));
      await rm(packed);
    }
    return { ours: middleOf(found.ours), pack: middleOf(found.pack), copy: middleOf(found.copy) };
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A Markdown table. */
export function formatUpload({ ours, pack, copy }: UploadFigures): string {
  const row = (name: string, seconds: number, memories: readonly number[]): string =>
    `| ${name} | ${seconds.toFixed(2)} s | ${Math.max(...memories).toFixed(0)} MiB | ${(ours.seconds / seconds).toFixed(2)}x |`;
  const both = pack.seconds + copy.seconds;
  return [
    '| program | time | peak memory | ours against it |',
    '| --- | --- | --- | --- |',
    row('`source-upload`', ours.seconds, [ours.peakMebibytes]),
    row('`tar` and `gzip -1`', pack.seconds, [pack.peakMebibytes]),
    row('`aws s3 cp`', copy.seconds, [copy.peakMebibytes]),
    row('both', both, [pack.peakMebibytes, copy.peakMebibytes]),
  ].join('\n');
}

function oursOf(folder: string): readonly [string, ...string[]] {
  const place = [`--source-dir=${folder}`, '--path=source', `--s3-connection=${path.join(folder, 'connection')}`];
  return [process.execPath, 'dist/crane-tasks.mjs', 'source-upload', ...place, '--app=bench', '--namespace=bench'];
}

function awsFlags({ host }: S3Server): readonly string[] {
  return [`--endpoint-url=http://${host}`, '--region=us-east-1', 's3', 'cp', '--no-progress'];
}

function awsEnvironment({ accessKey, secretKey }: S3Server): NodeJS.ProcessEnv {
  return { ...process.env, AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey };
}

async function run(command: readonly [string, ...string[]], environment = process.env): Promise<Measurement> {
  const figure = await measure(command, environment);
  if (figure.exitCode !== 0) {
    const { stderr } = await execa(command[0], command.slice(1), { env: environment, reject: false });
    throw new Error(`${command.join(' ')}: ${stderr}`);
  }
  return figure;
}

async function writeSource(folder: string): Promise<void> {
  await mkdir(folder);
  for (let index = 0; index < fileCount; index += 1) {
    const content = Buffer.alloc(mebibyte);
    randomBytes(mebibyte / 2).copy(content);
    await writeFile(path.join(folder, `file-${String(index)}`), content);
  }
}

/** The Secret with the connection, as the files of its volume. */
async function writeConnection(folder: string, { host, accessKey, secretKey }: S3Server): Promise<void> {
  const files = {
    credentials: `[default]\naws_access_key_id=${accessKey}\naws_secret_access_key=${secretKey}\n`,
    endpoint: host,
    bucket,
    useSSL: 'false',
  };
  await mkdir(folder);
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
}

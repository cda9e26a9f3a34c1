import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  ListMultipartUploadsCommand,
  S3Client,
  UploadPartCommand,
  CreateMultipartUploadCommand,
} from '@aws-sdk/client-s3';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ensureAuthority, ensureCertificate } from '../../../testbed/clusters/certificates.ts';
import { startS3Server, type S3Server } from '../../../testbed/clusters/s3-server.ts';
import { valueAt } from '../../../src/domain/core/json-object.ts';
import { runTaskCommand } from '../../builders/command.ts';
import { cloneOf } from '../../builders/git-commits.ts';
import { startCuttingTcp } from '../../fakes/cutting-tcp.ts';
import { startFaultProxy } from '../../fakes/fault-proxy.ts';
import { startPickyStorage } from '../../fakes/picky-storage.ts';
import { runInProcess, type ProcessEnd } from '../../builders/run-in-process.ts';

let dir: string;
let server: S3Server;

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'storage-'));
  server = await startS3Server(path.join(dir, 'server'));
}, 600_000);
afterAll(async () => {
  await server.stop();
  rmSync(dir, { recursive: true });
});

/** Writes the keys of a connection into a folder. */
function connection(name: string, host = server.host, change: Readonly<Record<string, string>> = {}): string {
  const folder = path.join(dir, name);
  mkdirSync(folder, { recursive: true });
  const keys = {
    config: '[default]\nregion=us-east-1\n',
    credentials: `[default]\naws_access_key_id=${server.accessKey}\naws_secret_access_key=${server.secretKey}\n`,
    endpoint: host,
    bucket: 'epinio',
    useSSL: 'false',
    ...change,
  };
  for (const [key, value] of Object.entries(keys)) writeFileSync(path.join(folder, key), value);
  return folder;
}

function source(name: string, files: Readonly<Record<string, string | Buffer>>): string {
  const folder = path.join(dir, name);
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), content);
  }
  return folder;
}

interface End extends ProcessEnd {
  readonly results: Readonly<Record<string, string>>;
}

async function run(task: string, args: readonly string[]): Promise<End> {
  const results = mkdtempSync(path.join(dir, 'results-'));
  const end = await runInProcess(task, [...args, `--results-dir=${results}`], { cwd: dir, environment: process.env });
  expect(end.stderr).not.toContain(server.secretKey);
  const read = (name: string): string => {
    const file = path.join(results, name);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  };
  return { ...end, results: { 'blob-id': read('blob-id'), status: read('status'), type: read('type') } };
}

const app = ['--app=shop', '--namespace=workspace'];

describe('a bucket that does not exist', () => {
  it('is created once for several uploads at once', async () => {
    const s3 = `--s3-connection=${connection('new-bucket', server.host, { bucket: 'made-by-several' })}`;
    const upload = (name: string) =>
      runTaskCommand(['source-upload', ...app, `--source-dir=${source(name, { name })}`, s3], { cwd: dir });
    const ends = await Promise.all(['one', 'two', 'three', 'four'].map(upload));
    expect(ends.map(({ results }) => results['status'])).toEqual(Array(4).fill('succeeded'));
  });
});

describe('a source in an object storage', () => {
  it('comes back as it was uploaded, without what the rules leave out', async () => {
    const folder = source('shop', {
      '.epinioignore': '*.log\nbuild/\n',
      '.gitignore': 'src/\n',
      '.git/config': 'x',
      'src/main.js': 'main',
      'debug.log': 'x',
      'build/out.js': 'x',
      'big.bin': randomBytes(20 * 1024 * 1024),
    });
    const upload = await run('source-upload', [
      ...app,
      `--source-dir=${folder}`,
      `--s3-connection=${connection('s3')}`,
    ]);
    expect(upload.stderr).toContain('uploaded');
    expect(upload.exitCode).toBe(0);
    expect(upload.results['blob-id']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);

    const work = path.join(dir, 'work');
    mkdirSync(work);
    const id = `--blob-id=${upload.results['blob-id'] ?? ''}`;
    const fetch = await run('source-fetch', [
      ...app,
      id,
      `--source-dir=${work}`,
      `--s3-connection=${connection('s3')}`,
    ]);
    expect(fetch.results['status']).toBe('succeeded');
    const unpack = await run('source-unpack', [`--source-dir=${work}`]);
    expect(unpack.results).toMatchObject({ status: 'succeeded', type: 'tar' });
    expect(readFileSync(path.join(work, 'app/src/main.js'), 'utf8')).toBe('main');
    expect(readFileSync(path.join(work, 'app/big.bin')).equals(readFileSync(path.join(folder, 'big.bin')))).toBe(true);
    for (const gone of ['app/debug.log', 'app/build', 'app/.git', 'app/.gitignore', 'source.archive']) {
      expect(existsSync(path.join(work, gone))).toBe(false);
    }

    const other = await run('source-fetch', [
      '--app=mail',
      '--namespace=workspace',
      id,
      `--source-dir=${work}`,
      `--s3-connection=${connection('s3')}`,
    ]);
    expect(other.results['status']).toBe('invalid-file');
    expect(other.stderr).toContain('blob app mismatch');
  }, 120_000);

  it('is uploaded once', async () => {
    const folder = source('once', { 'a.txt': 'a' });
    const args = [
      ...app,
      `--source-dir=${folder}`,
      '--path=.',
      '--ignore=reports',
      `--s3-connection=${connection('s3')}`,
    ];
    const first = await run('source-upload', args);
    const second = await run('source-upload', args);
    expect(second.results['blob-id']).toBe(first.results['blob-id']);
    expect(second.stderr).toContain('is already');
  }, 60_000);

  it('is refused with wrong credentials, and missing with an unknown id', async () => {
    const folder = source('wrong', { 'a.txt': 'a' });
    const credentials = `[default]\naws_access_key_id=${server.accessKey}\naws_secret_access_key=another-secret-key-of-nobody\n`;
    const wrong = connection('wrong-s3', server.host, { credentials });
    const upload = await run('source-upload', [...app, `--source-dir=${folder}`, `--s3-connection=${wrong}`]);
    expect(upload.results['status']).toBe('unauthorized');
    expect(upload.stderr).not.toContain('another-secret-key-of-nobody');
    const id = '--blob-id=00000000-0000-4000-8000-000000000000';
    const fetch = await run('source-fetch', [
      ...app,
      id,
      `--source-dir=${folder}`,
      `--s3-connection=${connection('s3')}`,
    ]);
    expect(fetch.results['status']).toBe('blob-not-found');
    expect(fetch.exitCode).toBe(2);
  }, 60_000);

  it('is stored and fetched over https with the authority of ca-bundle, and not without', async () => {
    const authority = await ensureAuthority(path.join(dir, 'tls'), 'ca');
    const request = { authority, commonName: 'storage', names: ['IP:127.0.0.1'] };
    const tls = await ensureCertificate(path.join(dir, 'tls'), 'server', request);
    const front = await startFaultProxy({ target: server.host, tls });
    const s3 = `--s3-connection=${connection('https-s3', front.host, { useSSL: 'true' })}`;
    const folder = `--source-dir=${source('https', { 'a.txt': 'a' })}`;
    const trust = `--ca-bundle=${authority.certFile}`;
    expect((await run('source-upload', [...app, folder, s3])).results['status']).toBe('tls-untrusted');
    const upload = await run('source-upload', [...app, folder, s3, trust]);
    expect(upload.results['status'], upload.stderr).toBe('succeeded');
    const id = `--blob-id=${upload.results['blob-id'] ?? ''}`;
    expect((await run('source-fetch', [...app, id, folder, s3])).results['status']).toBe('tls-untrusted');
    expect((await run('source-fetch', [...app, id, folder, s3, trust])).results['status']).toBe('succeeded');
    await front.stop();
  }, 60_000);

  it('arrives through a connection that breaks, in both directions', async () => {
    const folder = source('cut', { 'big.bin': randomBytes(30 * 1024 * 1024) });
    const proxy = await startCuttingTcp(server.host, { afterBytes: 5 * 1024 * 1024, times: 3 });
    const cut = connection('cut-s3', proxy.host);
    const upload = await run('source-upload', [...app, `--source-dir=${folder}`, `--s3-connection=${cut}`]);
    expect(upload.results['status']).toBe('succeeded');
    proxy.again(2);
    const work = source('cut-work', {});
    mkdirSync(work, { recursive: true });
    const id = `--blob-id=${upload.results['blob-id'] ?? ''}`;
    const fetch = await run('source-fetch', [...app, id, `--source-dir=${work}`, `--s3-connection=${cut}`]);
    expect(fetch.results['status']).toBe('succeeded');
    expect(proxy.cuts()).toBe(5);
    await proxy.stop();
  }, 120_000);
});

describe('a commit in an object storage', () => {
  it('has the same id for the same commit, whatever the umask of the run', async () => {
    const repository = path.join(dir, 'shop.git');
    await execa('git', ['init', '--quiet', '--bare', '--initial-branch=main', repository]);
    const clone = await cloneOf(repository, path.join(dir, 'clone'));
    const commit = await clone.commit({ 'run.sh': '#!/bin/sh\n', 'src/a.js': 'a' });
    const work = path.join(dir, 'commit');
    mkdirSync(work);
    const args = [...app, `--source-dir=${work}`, `--s3-connection=${connection('s3')}`];
    const umask = process.umask(0o022);
    const ids = new Set<string | undefined>();
    try {
      for (const mask of [0o022, 0o077]) {
        process.umask(mask);
        const { results, stderr } = await run('source-upload', [...args, `--git=file://${repository}`]);
        expect(results['status'], stderr).toBe('succeeded');
        ids.add(results['blob-id']);
        const report: unknown = JSON.parse(readFileSync(path.join(work, 'reports/source-upload.json'), 'utf8'));
        expect(valueAt(report, 'items', 0, 'evidence', 'commit')).toBe(commit);
      }
    } finally {
      process.umask(umask);
    }
    expect(ids.size).toBe(1);
  }, 60_000);
});

describe('an upload', () => {
  it('leaves no parts behind when the upload fails', async () => {
    const folder = source('fails', { 'big.bin': randomBytes(20 * 1024 * 1024) });
    const stub = await startPickyStorage({ failsComplete: true });
    const failing = connection('failing-s3', stub.host);
    const upload = await run('source-upload', [...app, `--source-dir=${folder}`, `--s3-connection=${failing}`]);
    expect(upload.exitCode).not.toBe(0);
    expect(stub.aborted()).toBe(1);
    await stub.stop();
  }, 60_000);

  it('continues an upload that was killed', async () => {
    const folder = source('killed', { 'big.bin': Buffer.alloc(30 * 1024 * 1024, 7) });
    const client = new S3Client({
      endpoint: `http://${server.host}`,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: server.accessKey, secretAccessKey: server.secretKey },
    });
    const { openSource } = await import('../../../src/adapters/source/open-source.ts');
    const { signal } = new AbortController();
    const options = { path: '', patterns: [], useGitignore: true, signal };
    const content = await (await openSource(folder, options)).pack();
    const { createHash } = await import('node:crypto');
    const { blobIdOf } = await import('../../../src/domain/source/blob-id.ts');
    const text = JSON.stringify(['workspace', 'shop', content.sha256]);
    const Key = blobIdOf(createHash('sha256').update(text).digest('hex'));
    const { UploadId } = await client.send(
      new CreateMultipartUploadCommand({
        Bucket: 'epinio',
        Key,
        Metadata: { app: 'shop', namespace: 'workspace', username: '', sha256: content.sha256 },
      }),
    );
    const bytes: Uint8Array[] = [];
    for await (const piece of content.open()) bytes.push(Buffer.from(piece));
    // The size of a part of source-upload.
    const Body = Buffer.concat(bytes).subarray(0, 5 * 1024 * 1024);
    await client.send(new UploadPartCommand({ Bucket: 'epinio', Key, UploadId, PartNumber: 1, Body }));
    const upload = await run('source-upload', [
      ...app,
      `--source-dir=${folder}`,
      `--s3-connection=${connection('s3')}`,
    ]);
    expect(upload.stderr).toContain('resumed');
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: 'epinio' }));
    expect(Uploads).toEqual([]);
  }, 120_000);

  it('is stored by a storage that refuses checksums and chunks, and whose clock is 20 minutes ahead', async () => {
    const stub = await startPickyStorage({ clockAhead: 20 * 60_000 });
    const picky = connection('picky-s3', stub.host);
    const folder = source('picky', { 'big.bin': randomBytes(9 * 1024 * 1024) });
    const upload = await run('source-upload', [...app, `--source-dir=${folder}`, `--s3-connection=${picky}`]);
    expect(upload.results['status']).toBe('succeeded');
    expect(stub.refusals()).toEqual(['RequestTimeTooSkewed']);
    await stub.stop();
  }, 60_000);

  it('tells that a quota is exceeded', async () => {
    const stub = await startPickyStorage({ isFull: true });
    const full = connection('full-s3', stub.host);
    const folder = source('full', { 'a.txt': 'a' });
    const upload = await run('source-upload', [...app, `--source-dir=${folder}`, `--s3-connection=${full}`]);
    expect(upload.results['status']).toBe('storage-full');
    expect(upload.exitCode).toBe(4);
    await stub.stop();
  }, 60_000);
});

import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { readCertificateFolder } from '../../../../src/adapters/registry/certificate-folder.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'certificates-'));
  await mkdir(path.join(root, 'workspace/certs'), { recursive: true });
  await mkdir(path.join(root, 'outside'));
  await writeFile(path.join(root, 'outside/secret.crt'), 'secret');
});

afterEach(() => rm(root, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFile(path.join(root, 'workspace/certs', name), text);
const read = (folder: string) =>
  readCertificateFolder(folder, { base: path.join(root, 'workspace'), roots: [path.join(root, 'workspace'), ''] });

describe('readCertificateFolder', () => {
  it('reads authorities, and a certificate with its key', async () => {
    await write('b.crt', 'B');
    await write('a.crt', 'A\n');
    await write('client.cert', 'CERT');
    await write('client.key', 'KEY');
    const expected = { authorities: 'A\nB\n', client: { cert: 'CERT', key: 'KEY' } };
    expect(await read('certs')).toEqual(expected);
    expect(await read(path.join(root, 'workspace/certs'))).toEqual(expected);
  });

  it('may have a certificate alone', async () => {
    await write('client.cert', 'CERT');
    await write('client.key', 'KEY');
    expect((await read('certs')).authorities).toBe('');
  });

  it.each(['../outside', '/etc', 'certs/../../outside', 'gone'])('refuses %s', async (folder) => {
    await expect(read(folder)).rejects.toMatchObject({ code: 'invalid-file' });
  });

  it('refuses links that lead out, of folders and of files', async () => {
    await symlink(path.join(root, 'outside'), path.join(root, 'workspace/link'));
    await symlink(path.join(root, 'outside/secret.crt'), path.join(root, 'workspace/certs/ca.crt'));
    await expect(read('link')).rejects.toThrow('it is outside the workspaces');
    await expect(read('certs')).rejects.toThrow('it is outside the workspaces');
  });

  it('refuses a certificate without its key, a folder without either, and what is not a folder', async () => {
    await expect(read('certs')).rejects.toThrow('neither *.crt nor *.cert');
    await write('client.cert', 'CERT');
    await expect(read('certs')).rejects.toThrow('client.cert has no client.key');
    await expect(read('certs/client.cert')).rejects.toMatchObject({ code: 'invalid-file' });
  });
});

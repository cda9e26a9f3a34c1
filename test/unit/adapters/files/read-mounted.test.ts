import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { readCaBundle } from '../../../../src/adapters/files/read-mounted.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'trust-'));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

const pem = (name: string): string => `-----BEGIN CERTIFICATE-----\n${name}\n-----END CERTIFICATE-----`;

describe('readCaBundle', () => {
  it('joins all PEM files of a folder, and takes a single file', async () => {
    await writeFile(path.join(root, 'b.pem'), pem('two'));
    await writeFile(path.join(root, 'a.crt'), pem('one'));
    await writeFile(path.join(root, 'key.txt'), 'other');
    expect(await readCaBundle(root)).toBe(`${pem('one')}\n${pem('two')}\n`);
    expect(await readCaBundle(path.join(root, 'a.crt'))).toBe(`${pem('one')}\n`);
  });

  it('is empty when nothing is bound, and refuses what has no certificate', async () => {
    expect(await readCaBundle(undefined)).toBe('');
    await expect(readCaBundle(root)).rejects.toMatchObject({ code: 'invalid-file' });
    await expect(readCaBundle(path.join(root, 'gone'))).rejects.toMatchObject({ code: 'invalid-file' });
  });
});

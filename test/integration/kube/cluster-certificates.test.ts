import { X509Certificate, createPrivateKey } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';

import { ensureAuthority } from '../../../testbed/clusters/certificates.ts';

/** Spread over the time that a key and its certificate take to make. */
const startsInMilliseconds = [0, 4, 8, 12, 16, 20];

test('an authority that two clusters ask for at once has the key of its certificate', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'authority-'));
  onTestFinished(() => rm(folder, { recursive: true }));

  const pairs = await Promise.all(
    startsInMilliseconds.map((start) => sleep(start).then(() => ensureAuthority(folder, 'ca'))),
  );

  for (const { certFile, keyFile } of pairs) {
    const certificate = new X509Certificate(await readFile(certFile));
    expect(certificate.checkPrivateKey(createPrivateKey(await readFile(keyFile)))).toBe(true);
  }
});

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rootCertificates } from 'node:tls';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { prepareAccess } from '../../../../src/adapters/processes/git-access.ts';
import { createPrivateFolder } from '../../../../src/adapters/processes/private-folder.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';
import { parseRemote } from '../../../../src/domain/git/remote.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'git-access-test-'));
});
afterEach(() => rm(root, { recursive: true }));

it('adds an authority to the public ones, also if the system has no file of them', async () => {
  const folder = await createPrivateFolder(root);
  const redactor = new Redactor();
  const remote = parseRemote('https://git.example.com/shop.git', redactor);
  const environment = { SSL_CERT_FILE: path.join(root, 'none') };
  await prepareAccess({ remote, credentials: undefined, caBundle: 'OWN', environment, folder, redactor });
  const authorities = await readFile(folder.pathOf('authorities.pem'), 'utf8');
  expect(authorities).toContain('OWN');
  expect(authorities).toContain(rootCertificates[0]);
});

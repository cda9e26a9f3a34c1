import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { makeIdentity } from '../../../../../src/adapters/certificates/make-identity.ts';
import { readPeerCertificate } from '../../../../../src/adapters/certificates/peer-certificate.ts';
import type { Log } from '../../../../../src/domain/core/ports.ts';
import { Redactor } from '../../../../../src/domain/core/secret.ts';
import { followCertificate } from '../../../../../src/wizard/server/tls/follow-certificate.ts';
import { certificateOf, certificateOrOwn } from '../../../../../src/wizard/server/tls/read-certificate.ts';
import { thrownBy } from '../../../../builders/task-error.ts';

let folder: string;
let lines: string[];
let server: Server | undefined;
let stop: (() => void) | undefined;

const take = (line: string): void => void lines.push(line);
const log: Log = {
  redactor: new Redactor(),
  debug: take,
  info: take,
  warn: take,
  progress: () => undefined,
  item: () => undefined,
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crane-tasks-tls-'));
  lines = [];
});

afterEach(async () => {
  stop?.();
  server?.close();
  await rm(folder, { recursive: true });
});

async function write(name: string): Promise<void> {
  const { certificate, key } = await makeIdentity(name, log.redactor);
  await writeFile(join(folder, 'tls.crt'), certificate);
  await writeFile(join(folder, 'tls.key'), key.reveal());
}

async function shown(): Promise<string> {
  const { port } = server?.address() as AddressInfo;
  const url = new URL(`https://127.0.0.1:${String(port)}`);
  return (await readPeerCertificate({ url, ca: undefined, signal: new AbortController().signal })).subject;
}

describe('the certificate of the server', () => {
  it('is its own until there is one, then that, and a spoilt one changes nothing', async () => {
    const read = certificateOrOwn(folder, log);
    const first = await read();
    expect(await read()).toEqual(first);
    expect(lines).toEqual([expect.stringMatching(/fingerprint (?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/)]);
    server = createServer({ ...first }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    stop = followCertificate(server, first, { read, log, interval: 20 });
    expect(await shown()).toBe('CN=crane-tasks-wizard');

    await write('given');
    await expect.poll(shown).toBe('CN=given');
    await writeFile(join(folder, 'tls.key'), 'half of a file');
    await expect.poll(() => lines.at(-1)).toContain('the former certificate of the server is kept');
    expect(await shown()).toBe('CN=given');
    await write('renewed');
    await expect.poll(shown).toBe('CN=renewed');
  });

  it.each(['missing', 'not that of the certificate'])('is refused at the start when its key is %s', async (how) => {
    const { certificate } = await makeIdentity('one', log.redactor);
    const { key } = await makeIdentity('other', log.redactor);
    await writeFile(join(folder, 'tls.crt'), certificate);
    if (how !== 'missing') await writeFile(join(folder, 'tls.key'), key.reveal());
    expect(await thrownBy(() => certificateOf(folder)())).toMatchObject({ code: 'invalid-file' });
  });

  it.each(['tls.crt', 'tls.key'])('is refused while %s is being written, when it has no content yet', async (name) => {
    await write('given');
    await writeFile(join(folder, name), '');
    expect(await thrownBy(() => certificateOf(folder)())).toMatchObject({ code: 'invalid-file' });
  });
});

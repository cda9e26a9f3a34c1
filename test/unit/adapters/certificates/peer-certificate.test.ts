import { once } from 'node:events';
import { createServer as createPlain } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { makeIdentity } from '../../../../src/adapters/certificates/make-identity.ts';
import { readPeerCertificate } from '../../../../src/adapters/certificates/peer-certificate.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';
import { thrownBy } from '../../../builders/task-error.ts';

let server: Server;
let authority: string;
let requests = 0;
const never = new AbortController().signal;

beforeAll(async () => {
  const { certificate, key } = await makeIdentity('api.example', new Redactor());
  authority = certificate;
  server = createServer({ cert: certificate, key: key.reveal() }, () => (requests += 1)).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(() => {
  server.close();
});

function addressOf(listening: Server): URL {
  return new URL(`https://127.0.0.1:${String((listening.address() as AddressInfo).port)}`);
}

describe('the certificate of a server', () => {
  it('is read although it is not trusted, and nothing is sent', async () => {
    const found = await readPeerCertificate({ url: addressOf(server), ca: undefined, signal: never });
    expect(found).toMatchObject({ subject: 'CN=api.example', issuer: 'CN=api.example' });
    expect(found.fingerprint).toMatch(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    expect(Date.parse(found.validUntil)).toBeGreaterThan(Date.now());
    expect(found.untrusted).not.toBe('');
    expect(requests).toBe(0);
  });

  it('is trusted by its authority for its name alone', async () => {
    const request = { url: addressOf(server), ca: [authority], signal: never };
    expect((await readPeerCertificate({ ...request, serverName: 'api.example' })).untrusted).toBe('');
    expect((await readPeerCertificate({ ...request, serverName: 'other.example' })).untrusted).not.toBe('');
  });

  it('is that of the given address, whatever the name means', async () => {
    const { port } = addressOf(server);
    const found = await readPeerCertificate({
      url: new URL(`https://api.example:${port}`),
      ca: [authority],
      lookup: (_name, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }]),
      signal: never,
    });
    expect(found.untrusted).toBe('');
  });

  it('is an error where no TLS server answers, or when it is stopped', async () => {
    const plain = createPlain().listen(0, '127.0.0.1');
    await once(plain, 'listening');
    const url = addressOf(plain);
    expect(await thrownBy(() => readPeerCertificate({ url, ca: undefined, signal: never }))).toMatchObject({
      code: 'unreachable',
    });
    plain.close();
    expect(await thrownBy(() => readPeerCertificate({ url, ca: undefined, signal: never }))).toMatchObject({
      code: 'unreachable',
    });
    const stopped = new AbortController();
    const asked = thrownBy(() =>
      readPeerCertificate({ url: addressOf(server), ca: undefined, signal: stopped.signal }),
    );
    stopped.abort();
    expect(await asked).toMatchObject({ code: 'unreachable' });
  });
});

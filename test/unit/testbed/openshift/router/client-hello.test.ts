import { Duplex } from 'node:stream';
import { connect } from 'node:tls';

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import { parseClientHello } from '../../../../../testbed/openshift/router/client-hello.ts';

let hello: Buffer;

/** What a client of Node sends first. */
function greetingOf(options: { readonly servername?: string }): Promise<Buffer> {
  return new Promise((resolve) => {
    const socket = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer) => {
        resolve(chunk);
        socket.destroy();
      },
    });
    connect({ socket, ...options }).on('error', () => undefined);
  });
}

/** The same message in records of some bytes each. */
function inRecords(bytes: Buffer, size: number): Buffer {
  const [header, message] = [bytes.subarray(0, 3), bytes.subarray(5)];
  const records: Buffer[] = [];
  for (let offset = 0; offset < message.length; offset += size) {
    const part = message.subarray(offset, offset + size);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(part.length);
    records.push(header, length, part);
  }
  return Buffer.concat(records);
}

beforeAll(async () => {
  hello = await greetingOf({ servername: 'Pages.Example.org' });
});

describe('parseClientHello', () => {
  it('gives the host that a client wants, in lower case', () => {
    expect(parseClientHello(hello)).toEqual({ serverName: 'pages.example.org' });
  });

  it('gives none where the client names none', async () => {
    expect(parseClientHello(await greetingOf({}))).toEqual({});
  });

  it('reads a message that comes in many records', () => {
    for (const size of [1, 3, 50]) {
      expect(parseClientHello(inRecords(hello, size))).toEqual({ serverName: 'pages.example.org' });
    }
  });

  it('asks for more as long as the message is not complete', () => {
    for (const bytes of [hello, inRecords(hello, 7)]) {
      for (let length = 0; length < bytes.length; length += 1) {
        expect(parseClientHello(bytes.subarray(0, length))).toBeUndefined();
      }
    }
  });

  it('names no host for an invalid greeting', () => {
    expect(parseClientHello(Buffer.from('GET / HTTP/1.1\r\n\r\n'))).toEqual({});
    const serverHello = Buffer.from(hello);
    serverHello[5] = 2;
    expect(parseClientHello(serverHello)).toEqual({});
  });

  it('never breaks, whichever bytes are changed', () => {
    const change = fc.tuple(fc.nat(hello.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
        const bytes = Buffer.from(hello);
        for (const [offset, value] of changes) bytes[offset] = value;
        const read = parseClientHello(bytes);
        expect(['undefined', 'string']).toContain(typeof read?.serverName);
      }),
    );
  });
});

/** What the first message of a TLS client tells before anything is encrypted. */
export interface ClientHello {
  /** The host that the client wants, in lower case; undefined when it names none. */
  readonly serverName?: string;
}

const recordHeader = 5;
const handshake = 22;
const messageHeader = 4;
const clientHello = 1;
const versionAndRandom = 34;
const serverNameExtension = 0;

/**
 * Reads a ClientHello (RFC 8446, 4.1.2; server name RFC 6066, 3) from the first bytes of a connection, however they are
 * split into records. Undefined: more bytes are needed. Whatever is no ClientHello names no host.
 */
export function parseClientHello(bytes: Buffer): ClientHello | undefined {
  try {
    const message = joinRecords(bytes);
    if (message.length > 0 && message[0] !== clientHello) return {};
    if (message.length < messageHeader) return bytes.length > 0 && bytes[0] !== handshake ? {} : undefined;
    const end = messageHeader + message.readUIntBE(1, 3);
    return message.length < end ? undefined : readHello(message.subarray(messageHeader, end));
  } catch (error) {
    // A length that leads behind the end.
    if (error instanceof RangeError) return {};
    throw error;
  }
}

/** Bytes of the handshake messages, also of a last record that is not complete yet. */
function joinRecords(bytes: Buffer): Buffer {
  const fragments: Buffer[] = [];
  let offset = 0;
  while (bytes.length >= offset + recordHeader && bytes[offset] === handshake) {
    const end = offset + recordHeader + bytes.readUInt16BE(offset + 3);
    fragments.push(bytes.subarray(offset + recordHeader, end));
    offset = end;
  }
  return Buffer.concat(fragments);
}

function readHello(hello: Buffer): ClientHello {
  // Session, cipher suites and compression methods: each with its length before it.
  let offset = versionAndRandom;
  for (const sizeOfLength of [1, 2, 1]) offset += sizeOfLength + hello.readUIntBE(offset, sizeOfLength);
  if (offset === hello.length) return {};
  const end = offset + 2 + hello.readUInt16BE(offset);
  offset += 2;
  while (offset < end) {
    const content = offset + 4;
    if (hello.readUInt16BE(offset) === serverNameExtension) return readServerName(hello.subarray(content));
    offset = content + hello.readUInt16BE(offset + 2);
  }
  return {};
}

/** A list of names with its length, of which the first is a host name: type, length, text. */
function readServerName(list: Buffer): ClientHello {
  const length = list.readUInt16BE(3);
  const name = list.toString('latin1', 5, 5 + length).toLowerCase();
  return name === '' ? {} : { serverName: name };
}

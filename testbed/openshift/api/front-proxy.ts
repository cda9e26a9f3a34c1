import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { User } from '../kube/access.ts';

const extraPrefix = 'x-remote-extra-';

/**
 * The user that the front proxy vouches for: X-Remote-* count only on a connection with a verified client certificate of an
 * allowed name. Undefined otherwise; whoever else sends these headers forged them.
 */
export function frontProxyUser(request: IncomingMessage, allowedNames: readonly string[]): User | undefined {
  const { socket } = request;
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const name = commonName(socket);
  if (name === undefined || !allowedNames.includes(name)) return undefined;
  const username = valuesOf(request, 'x-remote-user')[0];
  if (username === undefined) return undefined;
  const uid = valuesOf(request, 'x-remote-uid')[0];
  return {
    username,
    groups: valuesOf(request, 'x-remote-group'),
    ...(uid === undefined ? {} : { uid }),
    extra: readExtra(request),
  };
}

function commonName(socket: TLSSocket): string | undefined {
  const name: unknown = socket.getPeerCertificate().subject.CN;
  return typeof name === 'string' ? name : undefined;
}

function readExtra(request: IncomingMessage): Record<string, string[]> {
  const keys = Object.keys(request.headers).filter((key) => key.startsWith(extraPrefix));
  return Object.fromEntries(
    keys.map((key) => [decodeURIComponent(key.slice(extraPrefix.length)), valuesOf(request, key)]),
  );
}

/** Node joins repeated headers with commas; headersDistinct keeps them apart. */
function valuesOf(request: IncomingMessage, name: string): string[] {
  return request.headersDistinct[name] ?? [];
}

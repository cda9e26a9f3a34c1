import type { FastifyRequest } from 'fastify';

import {
  isInRange,
  isLoopback,
  isSameAddress,
  parseIpAddress,
  parseIpRange,
  type IpAddress,
} from '../../../domain/http/ip-address.ts';
import { Refusal } from '../problems/refusals.ts';
import type { ServerSettings } from '../sessions/settings.ts';

type Guarded = Pick<ServerSettings, 'mode' | 'publicOrigin' | 'tls' | 'trustedProxies'>;

const reading: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * Refuses requests that no page of this server sends: by a foreign name that leads to this computer (DNS rebinding),
 * in clear text from elsewhere, and writes that another site causes.
 * @param port where the server listens
 * @throws Refusal
 */
export function assertOwnRequest(request: FastifyRequest, settings: Guarded, port: number): void {
  assertPeer(request, settings);
  assertHost(request, settings, port);
  if (!reading.has(request.method)) assertOwnWrite(request, settings);
}

/** Whether a request comes from a proxy that the operator named, or in mode `proxy` from this computer. */
export function isFromTrustedProxy(request: FastifyRequest, { trustedProxies }: Guarded): boolean {
  const peer = parseIpAddress(request.socket.remoteAddress ?? '');
  if (peer === undefined) return false;
  if (trustedProxies.length === 0) return isLoopback(peer);
  return isNamedProxy(request.socket.remoteAddress ?? '', trustedProxies);
}

/** Whether an address is one that the operator named: what it says in `X-Forwarded-For` is believed. */
export function isNamedProxy(address: string, trustedProxies: readonly string[]): boolean {
  const peer = parseIpAddress(address);
  return peer !== undefined && trustedProxies.some((each) => isNamed(peer, each));
}

/** @param named an address, or a range such as `10.128.0.0/14` */
function isNamed(peer: IpAddress, named: string): boolean {
  const address = parseIpAddress(named);
  if (address !== undefined) return isSameAddress(address, peer);
  const range = parseIpRange(named);
  return range !== undefined && isInRange(peer, range);
}

function assertPeer(request: FastifyRequest, settings: Guarded): void {
  if (settings.tls !== undefined || settings.mode === 'laptop' || isFromTrustedProxy(request, settings)) return;
  throw refused('plain HTTP from another computer', 'Use HTTPS, or name the proxy in front with trusted-proxy.');
}

function assertHost(request: FastifyRequest, settings: Guarded, port: number): void {
  const { mode, publicOrigin } = settings;
  // A proxy may ask by the name of the Service; browsers do not reach this server.
  if (mode === 'proxy' && isFromTrustedProxy(request, settings)) return;
  const host = request.headers.host ?? '';
  const known =
    mode === 'laptop'
      ? ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${String(port)}`)
      : publicOrigin === undefined
        ? [host]
        : [new URL(publicOrigin).host];
  if (host !== '' && known.includes(host.toLowerCase())) return;
  throw refused(`the host ${JSON.stringify(host)}`, `Open the address that the server printed.`);
}

/** SameSite alone does not hold against sibling subdomains (CVE-2024-22424): each of the three signs must be there. */
function assertOwnWrite({ headers }: FastifyRequest, settings: Guarded): void {
  const remedy = 'Send it from the page of this server, as JSON and with the header X-Crane-Request: 1.';
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw refused('a write that is not JSON', remedy);
  if (headers['x-crane-request'] !== '1') throw refused('a write without the header X-Crane-Request', remedy);
  const { origin, 'sec-fetch-site': site } = headers;
  if (site !== undefined && site !== 'same-origin') throw refused(`a write from another site (${site})`, remedy);
  if (origin === undefined ? site === undefined : !isOwnOrigin(origin, headers.host ?? '', settings)) {
    throw refused(`a write from origin ${JSON.stringify(origin ?? '')}`, remedy);
  }
}

function isOwnOrigin(origin: string, host: string, { mode, publicOrigin }: Guarded): boolean {
  if (publicOrigin !== undefined) return origin === publicOrigin;
  return origin === `${mode === 'laptop' ? 'http' : 'https'}://${host.toLowerCase()}`;
}

function refused(what: string, remedy: string): Refusal {
  return new Refusal(403, 'request-refused', { message: `${what} is refused`, remedy });
}

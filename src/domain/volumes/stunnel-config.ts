import { serverArguments, transferFolder } from './rsync/rsync-arguments.ts';
import type { CopyOptions } from './copier/volume-copier.ts';
import type { Secret } from '../core/secret.ts';

/** Port on which the server's pod and its Service listen. */
export const tunnelPort = 8443;

/** All addresses of a family, or the pod's own only. */
export type ListenAddress = '0.0.0.0' | '::' | '127.0.0.1';

/** Address where the client reaches the server. */
export interface TunnelAddress {
  readonly host: string;
  readonly port: number;
}

export const secretFiles = {
  config: 'stunnel.conf',
  ownKey: 'own.key',
  ownCertificate: 'own.crt',
  peerCertificate: 'peer.crt',
  plan: 'mover.json',
} as const;

const processOptions = ['foreground = yes', 'syslog = no', 'debug = err', 'pid ='];

/**
 * TLS 1.3 on which each side accepts one certificate, its peer's. There is no authority whose key could leak.
 * @see https://www.stunnel.org/static/stunnel.html
 */
const tlsOptions = [
  'sslVersionMin = TLSv1.3',
  `key = ${transferFolder}/${secretFiles.ownKey}`,
  `cert = ${transferFolder}/${secretFiles.ownCertificate}`,
  `CAfile = ${transferFolder}/${secretFiles.peerCertificate}`,
  'verifyPeer = yes',
  // The last bytes are what the peer waits for: a half-closed connection is ended at once.
  'TIMEOUTclose = 0',
  'TIMEOUTconnect = 20',
];

/**
 * Environment of the side that takes connections. It serves each in a thread, and from the third on the C library gives
 * such a thread a heap that it grows and shrinks with every buffer: the tunnel then takes half as long again.
 * @see https://sourceware.org/glibc/manual/latest/html_node/Memory-Allocation-Tunables.html
 */
export const serverEnvironment: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: '1' };

/** Probes by which a peer that is gone is noticed within a minute; `end` is the socket of the tunnel: l or r. */
const probes = (end: 'l' | 'r'): readonly string[] =>
  ['SO_KEEPALIVE=1', 'TCP_KEEPIDLE=20', 'TCP_KEEPINTVL=10', 'TCP_KEEPCNT=3'].map(
    (option) => `socket = ${end}:${option}`,
  );

/** Configuration of the side that runs rsync for each connection, without a port of its own in between. */
export function serverTunnel(options: CopyOptions, listen: ListenAddress): string {
  const service = [
    `accept = ${listen}:${String(tunnelPort)}`,
    'exec = /usr/bin/rsync',
    `execArgs = ${serverArguments(options).join(' ')}`,
  ];
  return toText([...processOptions, ...probes('l'), '[transfer]', ...tlsOptions, ...service]);
}

/** Configuration of the side that rsync starts as its remote shell: standard input and output are the connection. */
export function clientTunnel({ host, port }: TunnelAddress): string {
  return toText([
    ...processOptions,
    ...tlsOptions,
    ...probes('r'),
    'client = yes',
    `connect = ${host}:${String(port)}`,
  ]);
}

function toText(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}

/** What one end of a tunnel shows to the other. PEM. */
export interface TlsIdentity {
  readonly certificate: string;
  readonly key: Secret;
}

/**
 * Ports of the helper pod at the source for the endpoint `port-forward`, on its loopback address: the tunnel connects to
 * the first, and crane-transfer-pvc connects to the second with port-forward.
 */
export const relayPorts = { tunnel: 8444, carrier: 8445 } as const;

/** Byte that the helper pod sends first on a carrier, when it joins it with a connection of the tunnel. */
export const joinedByte = 1;

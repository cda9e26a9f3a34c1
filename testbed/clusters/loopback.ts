import { readFileSync } from 'node:fs';
import { request as requestPlain, type ClientRequest } from 'node:http';
import { request } from 'node:https';
import { connect, createServer } from 'node:net';
import type { KeyPair } from './certificates.ts';
import { ClusterError } from './errors.ts';

/** Free TCP ports of 127.0.0.1, all different. Another program may still take one before it is used. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(servers.map(listen));
  await Promise.all(servers.map(close));
  return ports;
}

/** How to reach a TLS server. */
export interface Identity {
  readonly caFile: string;
  readonly client?: KeyPair;
}

/** Asks an HTTP or HTTPS server once: its status and body, or the reason why there was no answer. */
export async function askUrl(url: string, identity?: Identity): Promise<{ status: number; body: string } | string> {
  return new Promise((resolve) => {
    const sent = openRequest(url, identity);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', (error) => {
        resolve(error.message);
      });
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
      });
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer within 5 s')));
    sent.on('error', (error) => {
      resolve(error.message);
    });
    sent.end();
  });
}

/** Asking whether a server listens needs no trust, so a missing identity switches verification off here and nowhere else. */
function openRequest(url: string, identity: Identity | undefined): ClientRequest {
  const common = { agent: false, timeout: 5000 } as const;
  if (url.startsWith('http:')) return requestPlain(url, common);
  if (identity === undefined) return request(url, { ...common, rejectUnauthorized: false });
  const client = identity.client;
  const pair = client === undefined ? {} : { cert: readFileSync(client.certFile), key: readFileSync(client.keyFile) };
  return request(url, { ...common, ca: readFileSync(identity.caFile), ...pair });
}

async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string')
        reject(new ClusterError('unexpected-content', 'asking for a free port: no address given'));
      else resolve(address.port);
    });
  });
}

async function close(server: ReturnType<typeof createServer>): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}

/** Whether something listens on a unix socket. */
export async function connects(socketFile: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketFile);
    socket.on('error', () => {
      resolve(false);
    });
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

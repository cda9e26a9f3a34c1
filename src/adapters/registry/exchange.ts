import type { IncomingMessage } from 'node:http';
import { request as requestTls } from 'node:https';

import { messageOf } from '../../domain/core/errors.ts';
import { SyncFailure } from '../../domain/oci/failure.ts';
import { onAbort } from '../http/abort.ts';
import type { Agents } from '../http/agents.ts';
import { plainHttp } from '../http/plain-http.ts';

export interface Exchange {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** A longer answer is cut off and is a failure, so that no server can fill the memory. */
  readonly mostBytes: number;
}

export interface Answer {
  readonly status: number;
  /** Lower-case names; a repeated header is joined with commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface Line {
  readonly agents: Agents;
  readonly signal: AbortSignal;
}

/** A registry that says nothing for so long is taken as gone. */
const silence = 30_000;

/**
 * Sends one request and reads the whole answer, whatever its status.
 * @throws SyncFailure `unavailable`, `tls-untrusted`, `interrupted` or, for an oversized answer, `wrong-content`
 */
export function exchange(
  { method, url, headers, body, mostBytes }: Exchange,
  { agents, signal }: Line,
): Promise<Answer> {
  const doing = `${method} ${url.origin}${url.pathname}`;
  return new Promise((resolve, reject) => {
    const open = url.protocol === 'https:' ? requestTls : plainHttp.request;
    const sent = open(url, { method, headers: { ...headers }, agent: agents.for(url), signal, timeout: silence });
    const fail = (error: unknown): void => {
      reject(failureOf(doing, error, signal));
    };
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${String(silence / 1000)} s`)));
    sent.on('error', fail);
    sent.on('close', onAbort(signal, fail));
    sent.on('response', (response) => {
      readBody(response, mostBytes).then((bytes) => {
        resolve({ status: response.statusCode ?? 0, headers: flatten(response), body: bytes });
      }, fail);
    });
    sent.end(body);
  });
}

async function readBody(response: IncomingMessage, mostBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response) {
    if (!(chunk instanceof Uint8Array)) continue;
    size += chunk.length;
    if (size > mostBytes) {
      response.destroy();
      throw new SyncFailure('wrong-content', `the answer is longer than ${String(mostBytes)} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function flatten(response: IncomingMessage): Record<string, string> {
  const headers = Object.entries(response.headers).flatMap(([name, value]): [string, string][] => {
    if (value === undefined) return [];
    return [[name, typeof value === 'string' ? value : value.join(', ')]];
  });
  return Object.fromEntries(headers);
}

// OpenSSL's and Node's codes for certificates that do not lead to a trusted authority or name another host, and for
// servers that do not speak TLS at all.
const untrusted = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|ALTNAME|EPROTO|ERR_SSL/;

function failureOf(doing: string, error: unknown, signal: AbortSignal): SyncFailure {
  if (signal.aborted) return new SyncFailure('interrupted', `${doing}: the run was stopped`);
  if (error instanceof SyncFailure) return new SyncFailure(error.kind, `${doing}: ${error.message}`);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const kind = untrusted.test(code) ? 'tls-untrusted' : 'unavailable';
  return new SyncFailure(kind, `${doing}: ${reasonOf(error, code)}`, { cause: error });
}

// With several addresses Node throws an AggregateError whose own message is empty.
function reasonOf(error: unknown, code: string): string {
  const message = messageOf(error);
  return message === '' ? code : message;
}

import { createInterface } from 'node:readline';
import { Agent, request } from 'undici';
import type { Connection } from './kubeconfig.ts';

/** One request to the API server; `body` is sent as JSON. */
export interface KubeRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: object;
  readonly contentType?: string;
}

/** What the API server said. */
interface KubeAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** The requests this program makes of its cluster's API server. */
export interface KubeClient {
  /** Any status is an answer; only a broken connection or a body that is not JSON throws. */
  send(request: KubeRequest): Promise<KubeAnswer>;
  /** The events of a watch, one JSON value a line, until the server ends it or the signal fires. */
  watch(path: string, signal: AbortSignal): AsyncGenerator;
  close(): Promise<void>;
}

/** A client for one API server. Connections are kept and must be closed. */
export function createKubeClient(connection: Connection): KubeClient {
  const { ca, cert, key, token } = connection;
  const tls = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
  // A watch may be silent for minutes, so bodies have no deadline.
  const dispatcher = new Agent({ connect: tls, bodyTimeout: 0, headersTimeout: 30_000 });
  const login = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return {
    send: async ({ method, path, body, contentType }) => {
      const response = await request(connection.server + path, {
        dispatcher,
        method,
        headers: {
          ...login,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': contentType ?? 'application/json' }),
        },
        body: body === undefined ? null : JSON.stringify(body),
      });
      const text = await response.body.text();
      return { status: response.statusCode, body: parseBody(text) };
    },
    async *watch(path, signal) {
      const response = await request(connection.server + path, {
        dispatcher,
        signal,
        headers: { ...login, accept: 'application/json' },
      });
      for await (const line of createInterface({ input: response.body })) yield JSON.parse(line);
    },
    close: async () => dispatcher.destroy(),
  };
}

/** Answers of the health endpoints and of proxies are plain text. */
function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

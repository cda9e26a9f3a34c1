import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { basename, join } from 'node:path';

import type { KeyPair } from '../../testbed/clusters/certificates.ts';

export interface ChartRepositoryOptions {
  /** Has the index and the archives. */
  readonly folder: string;
  readonly tls: KeyPair;
  /** Values of the header Authorization that may read; undefined: everybody may. */
  readonly accepts?: readonly string[];
  /** Status for requests with another header. */
  readonly refusal?: 401 | 403;
  /** Addresses that paths are redirected to. */
  readonly redirects?: Readonly<Record<string, string>>;
}

export interface ChartRepository {
  /** `https://127.0.0.1:<port>`. */
  readonly url: string;
  readonly host: string;
  /** Host and path of each request, and its login. */
  readonly asked: { readonly url: string; readonly login: string | undefined }[];
  stop(): Promise<void>;
}

/** Starts a chart repository on loopback: a web server with TLS that gives the files of a folder to those with a login. */
export async function startChartRepository(options: ChartRepositoryOptions): Promise<ChartRepository> {
  const { tls } = options;
  const asked: ChartRepository['asked'] = [];
  const pair = { cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) };
  const server = createServer(pair, (request, response) => {
    const login = request.headers.authorization;
    asked.push({ url: `${request.headers.host ?? ''}${request.url ?? ''}`, login });
    answer(request, response, options).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const host = `127.0.0.1:${String(typeof address === 'object' && address !== null ? address.port : 0)}`;
  return {
    url: `https://${host}`,
    host,
    asked,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(
  { url = '', headers }: IncomingMessage,
  response: ServerResponse,
  { folder, accepts, refusal = 401, redirects = {} }: ChartRepositoryOptions,
): Promise<void> {
  const { pathname } = new URL(url, 'https://x.test');
  const place = new Map(Object.entries(redirects)).get(pathname);
  if (accepts?.includes(headers.authorization ?? '') === false) {
    response.writeHead(refusal, { 'www-authenticate': 'Basic realm="charts"' }).end('no');
  } else if (place !== undefined) {
    response.writeHead(302, { location: place }).end();
  } else {
    const bytes = await readFile(join(folder, basename(pathname))).catch(() => undefined);
    response.writeHead(bytes === undefined ? 404 : 200).end(bytes);
  }
}

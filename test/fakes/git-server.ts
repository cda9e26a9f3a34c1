import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';

import { execa } from 'execa';

import type { KeyPair } from '../../testbed/clusters/certificates.ts';

/** A real git behind HTTP, with Basic authentication. */
export interface GitServer {
  /** Address of the repository `shop.git`. */
  readonly url: string;
  /** Runs git on the bare repository. */
  readonly git: (...args: readonly string[]) => Promise<string>;
  /** The headers Authorization that it got. */
  readonly authorizations: readonly string[];
  /** Called before each push is taken. */
  onPush: (() => Promise<void>) | undefined;
  /** Called before objects are sent. */
  onFetch: (() => Promise<void>) | undefined;
  stop(): Promise<void>;
}

const backend = '/usr/lib/git-core/git-http-backend';

export interface GitServerOptions {
  readonly user: string;
  readonly password: string;
  /** Where it listens; loopback unless it is said. */
  readonly host?: string;
  /** Whether it knows only the first protocol of Git, which gives no objects but those of branches and tags. */
  readonly isOld?: boolean;
  /** Whether it asks for no login. */
  readonly isOpen?: boolean;
  /** Absent: plain HTTP. */
  readonly tls?: KeyPair;
}

/** Makes an empty bare repository in a folder and serves it with `git http-backend`. */
export async function startGitServer(folder: string, login: GitServerOptions): Promise<GitServer> {
  const { host = '127.0.0.1', isOld = false, isOpen = false, tls } = login;
  const authorizations: string[] = [];
  const repository = join(folder, 'shop.git');
  await execa('git', ['init', '--quiet', '--bare', '--initial-branch=main', repository]);
  const git: GitServer['git'] = async (...args) => (await execa('git', ['-C', repository, ...args])).stdout;
  await git('config', 'http.receivepack', 'true');
  const expected = `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`;
  const state: Pick<GitServer, 'onPush' | 'onFetch'> = { onPush: undefined, onFetch: undefined };
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const { authorization } = request.headers;
    if (authorization !== undefined) authorizations.push(authorization);
    if (authorization !== expected && !isOpen) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    if (isOld) delete request.headers['git-protocol'];
    const isPost = request.method === 'POST';
    const isPush = isPost && request.url?.endsWith('/git-receive-pack') === true;
    const before = isPush ? state.onPush : isPost ? state.onFetch : undefined;
    void Promise.resolve(before?.()).then(() => runBackend(request, response, folder));
  };
  const server = tls === undefined ? createServer(answer) : createTlsServer(await readKeys(tls), answer);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return Object.assign(state, {
    url: `http${tls === undefined ? '' : 's'}://${host}:${String(port)}/shop.git`,
    git,
    authorizations,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

async function readKeys({ certFile, keyFile }: KeyPair): Promise<{ cert: Buffer; key: Buffer }> {
  const [cert, key] = await Promise.all([readFile(certFile), readFile(keyFile)]);
  return { cert, key };
}

function runBackend(request: IncomingMessage, response: ServerResponse, folder: string): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const child = spawn(backend, {
    env: {
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      REMOTE_USER: 'mover',
      REQUEST_METHOD: request.method,
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: request.headers['content-type'],
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      PATH: '/usr/bin:/bin',
    },
  });
  request.pipe(child.stdin);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.on('close', () => {
    const output = Buffer.concat(chunks);
    const cut = output.indexOf('\r\n\r\n');
    const head = output.subarray(0, cut).toString().split('\r\n');
    const status = /^Status: (\d+)/m.exec(head.join('\n'))?.[1];
    const headers = head.filter((line) => !line.startsWith('Status:')).map((line) => line.split(': '));
    response.writeHead(Number(status ?? 200), Object.fromEntries(headers) as Record<string, string>);
    response.end(output.subarray(cut + 4));
  });
}

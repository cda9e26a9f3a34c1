import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';

import type { TestProject } from 'vitest/node';

import { startApiServer, type ApiServer } from '../../testbed/clusters/api-server.ts';
import { readContent, restoreContent, type Content } from './etcd-content.ts';
import type { LentApiServer } from './take-api-server.ts';

interface Started {
  readonly server: ApiServer;
  readonly folder: string;
  /** What it held when it was new. */
  readonly content: Content;
}

/**
 * Lends API servers to the files of a run, each to one file at a time: a start takes seconds, and many files need one. A
 * server that is given back holds again what it held when it was new; where that cannot be done, it is stopped.
 */
export default async function lendApiServers({ provide }: TestProject): Promise<() => Promise<void>> {
  const lender = new Lender();
  const front = createServer((request, response) => void answer(lender, request, response));
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  provide('apiServers', `http://127.0.0.1:${String((front.address() as AddressInfo).port)}`);
  return async () => {
    await close(front);
    await lender.stop();
  };
}

async function answer(lender: Lender, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const body = await text(request);
    if (request.url === '/take') {
      const server: LentApiServer = await lender.take();
      response.end(JSON.stringify(server));
      return;
    }
    await lender.giveBack(body);
    response.end();
  } catch (error) {
    response.statusCode = 500;
    response.end(String(error));
  }
}

class Lender {
  readonly #started = new Map<string, Started>();
  readonly #free: Started[] = [];

  async take(): Promise<ApiServer> {
    const { server } = this.#free.pop() ?? (await this.#start());
    return server;
  }

  async giveBack(url: string): Promise<void> {
    const started = this.#started.get(url);
    if (started === undefined) throw new Error(`no API server at ${url}`);
    if (await restoreContent(started.server.etcdUrl, started.content)) this.#free.push(started);
    else await this.#stop(started);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#started.values()].map((started) => this.#stop(started)));
  }

  async #start(): Promise<Started> {
    const folder = await mkdtemp(path.join(tmpdir(), 'crane-tasks-api-server-'));
    const server = await startApiServer({ dir: folder });
    const started = { server, folder, content: await readContent(server.etcdUrl) };
    this.#started.set(server.url, started);
    return started;
  }

  async #stop({ server, folder }: Started): Promise<void> {
    this.#started.delete(server.url);
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function close(front: Server): Promise<void> {
  front.closeAllConnections();
  await new Promise((resolve) => front.close(resolve));
}

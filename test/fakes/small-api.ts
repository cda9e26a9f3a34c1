import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What the API answers by path: an object, or a status that refuses. Anything else is not found. */
type Answers = Readonly<Record<string, object | number>>;

export interface SmallApi {
  /** Has the contexts `source`, and `gone` whose server does not answer. */
  readonly kubeconfig: string;
  /** Paths asked for, in order. */
  readonly asked: readonly string[];
  answer(answers: Answers): void;
  stop(): Promise<void>;
}

/** The API server of a cluster, on loopback, without TLS: for what a real one cannot be made to answer on demand. */
export async function startSmallApi(): Promise<SmallApi> {
  let current: Answers = {};
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    asked.push(pathname);
    const answer = current[pathname] ?? (pathname === '/api' ? { kind: 'APIVersions', versions: ['v1'] } : 404);
    const status = typeof answer === 'number' ? answer : 200;
    const body =
      typeof answer === 'number' ? { kind: 'Status', reason: 'Test', message: 'as told', code: status } : answer;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const folder = await mkdtemp(path.join(tmpdir(), 'small-api-'));
  const kubeconfig = path.join(folder, 'kubeconfig');
  await writeFile(kubeconfig, kubeconfigOf({ source: `http://127.0.0.1:${String(port)}`, gone: 'http://127.0.0.1:1' }));
  return {
    kubeconfig,
    asked,
    answer(answers) {
      current = answers;
      asked.length = 0;
    },
    async stop() {
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function kubeconfigOf(servers: Readonly<Record<string, string>>): string {
  const entries = Object.entries(servers);
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'source',
    clusters: entries.map(([name, server]) => ({ name, cluster: { server } })),
    users: [{ name: 'user', user: { token: 'canary-token-of-small-api' } }],
    contexts: entries.map(([name]) => ({ name, context: { cluster: name, user: 'user' } })),
  });
}

import { randomUUID } from 'node:crypto';
import { arrayAt, stringAt } from '../../src/domain/core/json-object.ts';
import { ClusterError } from '../clusters/errors.ts';
import { parseProof, proofCode, type Proof } from './notebook.ts';
import { withForwardedPort } from './port-forward.ts';
import type { ServerPlace } from './run-python.ts';

export interface Question {
  /** With which the server is asked. */
  readonly token: string;
  /** A notebook below the root folder of the server, whose cells print the proof. Absent: the code is sent. */
  readonly notebook?: string;
}

const port = 8888;
/** A kernel starts in seconds; on a busy computer it takes longer. */
const patienceMs = 120_000;

/** Asks a running notebook server for a proof: a kernel of it runs the code cells of a notebook, as a browser does it. */
export function answer(place: ServerPlace, { token, notebook }: Question): Promise<Proof> {
  return withForwardedPort(place, port, async (address) => {
    const server = { address, token };
    const cells = notebook === undefined ? [proofCode] : await readCells(server, notebook);
    return parseProof(await runCells(server, cells));
  });
}

interface Server {
  readonly address: string;
  readonly token: string;
}

/** A request of the REST API of Jupyter Server. */
async function request({ address, token }: Server, path: string, init: RequestInit = {}): Promise<unknown> {
  const headers = { authorization: `token ${token}`, 'content-type': 'application/json' };
  const response = await fetch(`http://${address}/api/${path}`, {
    ...init,
    headers,
    signal: AbortSignal.timeout(patienceMs),
  });
  const text = await response.text();
  if (!response.ok)
    throw new ClusterError(
      'unexpected-content',
      `asking the notebook server for ${path}: ${String(response.status)} ${text.slice(0, 300)}`,
    );
  return text === '' ? undefined : JSON.parse(text);
}

async function readCells(server: Server, notebook: string): Promise<readonly string[]> {
  const found = await request(server, `contents/${notebook}`);
  return arrayAt(found, 'content', 'cells')
    .filter((cell) => stringAt(cell, 'cell_type') === 'code')
    .map((cell) => stringAt(cell, 'source') ?? '');
}

/** Gives what all cells print, from a kernel that is shut down afterwards. */
async function runCells(server: Server, cells: readonly string[]): Promise<string> {
  const kernel = stringAt(await request(server, 'kernels', { method: 'POST', body: '{"name":"python3"}' }), 'id') ?? '';
  try {
    const session = randomUUID();
    const query = `session_id=${session}&token=${server.token}`;
    const socket = new WebSocket(`ws://${server.address}/api/kernels/${kernel}/channels?${query}`);
    try {
      await opened(socket);
      let printed = '';
      for (const cell of cells) printed += await runCell(socket, session, cell);
      return printed;
    } finally {
      socket.close();
    }
  } finally {
    await request(server, `kernels/${kernel}`, { method: 'DELETE' });
  }
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener(
      'error',
      () => reject(new ClusterError('command-failed', 'connecting to a kernel: refused')),
      { once: true },
    );
  });
}

/** Messages of https://jupyter-client.readthedocs.io/en/stable/messaging.html, as JSON in frames of text. */
async function runCell(socket: WebSocket, session: string, code: string): Promise<string> {
  const id = randomUUID();
  const signal = AbortSignal.timeout(patienceMs);
  const ended = collectOutput(socket, id, signal);
  const header = { msg_id: id, username: '', session, msg_type: 'execute_request', version: '5.3' };
  const content = { code, silent: false, store_history: false, user_expressions: {}, allow_stdin: false };
  const date = new Date().toISOString();
  socket.send(
    JSON.stringify({
      channel: 'shell',
      header: { ...header, date },
      parent_header: {},
      metadata: {},
      content,
      buffers: [],
    }),
  );
  return ended;
}

/** Resolves with what the request printed once the kernel is idle again. */
function collectOutput(socket: WebSocket, id: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const fail = (what: string): void => reject(new ClusterError('command-failed', `running a cell: ${what}`));
    signal.addEventListener('abort', () => fail(`no end after ${String(patienceMs / 1000)} s`));
    socket.addEventListener('close', () => fail('the connection was closed'), { signal });
    socket.addEventListener(
      'message',
      ({ data }) => {
        const message: unknown = JSON.parse(String(data));
        if (stringAt(message, 'parent_header', 'msg_id') !== id) return;
        const type = stringAt(message, 'msg_type');
        if (type === 'stream' && stringAt(message, 'content', 'name') === 'stdout')
          printed += stringAt(message, 'content', 'text') ?? '';
        if (type === 'error') fail(arrayAt(message, 'content', 'traceback').join('\n'));
        if (type === 'status' && stringAt(message, 'content', 'execution_state') === 'idle') resolve(printed);
      },
      { signal },
    );
  });
}

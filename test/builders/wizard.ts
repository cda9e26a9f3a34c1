import { once } from 'node:events';
import { request as openRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

import { execa } from 'execa';

import { command } from './command.ts';

export interface WizardAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Undefined for an answer that is no JSON. */
  readonly json: unknown;
}

export interface WizardRequest {
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
  /** In the place of those that the page sends; undefined leaves one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

export interface WizardProcess {
  readonly pid: number;
  readonly port: number;
  /** Of the link; empty outside of mode laptop. */
  readonly secret: string;
  /** Sends what the page would send, with the cookie that was set last. */
  ask(request: WizardRequest): Promise<WizardAnswer>;
  /** Reads a stream until it has a text, then leaves. */
  read(path: string, until: string): Promise<string>;
  cookie(): string;
  /** Standard output and error so far. */
  output(): string;
  /** Sends SIGTERM. @returns the exit code and the milliseconds that it took */
  stop(): Promise<{ readonly exitCode: number | undefined; readonly took: number }>;
}

/** Starts the wizard as a process. */
export async function startWizardProcess(
  args: readonly string[],
  {
    origin = 'http',
    environment = {},
    enter = [],
  }: {
    readonly origin?: string;
    readonly environment?: Record<string, string>;
    /** What is put before the command, such as nsenter. */
    readonly enter?: readonly string[];
  } = {},
): Promise<WizardProcess> {
  const [file, ...rest] = [...enter, ...command, 'wizard', '--no-browser=true', ...args];
  const child = execa(file ?? '', rest, { reject: false, env: environment });
  let output = '';
  const link = Promise.withResolvers<URL>();
  const take = (chunk: unknown): void => {
    output += String(chunk);
    const found = /https?:\/\/\S+\/(?:#secret=\S+)?/.exec(output)?.[0];
    if (found !== undefined && output.includes('\n')) link.resolve(new URL(found));
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  void child.then(() => link.reject(new Error(output)));
  const url = await link.promise;
  const port = Number(url.port);
  const host = `127.0.0.1:${String(port)}`;
  let cookie = '';
  return {
    pid: child.pid ?? 0,
    port,
    secret: url.hash.replace('#secret=', ''),
    ask: async (request) => {
      const own = { origin: `${origin}://${host}`, ...(cookie === '' ? {} : { cookie }) };
      const answer = await send(port, request, own);
      const set = answer.headers['set-cookie']?.[0]?.split(';')[0];
      if (set !== undefined) cookie = set;
      return answer;
    },
    read: async (path, until) => {
      const request = openRequest({ host: '127.0.0.1', port, path, headers: { cookie }, agent: false });
      request.end();
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      let received = '';
      for await (const chunk of response) {
        received += String(chunk);
        if (received.includes(until)) break;
      }
      return received;
    },
    cookie: () => cookie,
    output: () => output,
    stop: async () => {
      const since = performance.now();
      child.kill('SIGTERM');
      const { exitCode } = await child;
      return { exitCode, took: performance.now() - since };
    },
  };
}

async function send(
  port: number,
  { method = 'GET', path, body, headers = {} }: WizardRequest,
  own: Readonly<Record<string, string>>,
): Promise<WizardAnswer> {
  const sent = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const usual = method === 'GET' ? own : { ...own, 'content-type': 'application/json', 'x-crane-request': '1' };
  const given = Object.entries({ ...usual, ...headers }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const options = { host: '127.0.0.1', port, method, path, headers: Object.fromEntries(given), agent: false } as const;
  const request = openRequest(options);
  request.end(sent);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const received = await text(response);
  return { status: response.statusCode ?? 0, headers: response.headers, text: received, json: parse(received) };
}

function parse(received: string): unknown {
  try {
    return JSON.parse(received);
  } catch {
    return undefined;
  }
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface PickyStorage {
  readonly host: string;
  /** Codes of refused requests, each once. */
  refusals(): readonly string[];
  aborted(): number;
  stop(): Promise<void>;
}

export interface PickyOptions {
  /** Milliseconds. */
  readonly clockAhead?: number;
  readonly isFull?: boolean;
  readonly failsComplete?: boolean;
  /** Called with the number of a part that has arrived, before its time is checked. */
  readonly onPart?: (number: string) => void;
}

const mostSkew = 15 * 60_000;

/** Answers as an old object storage: no checksum headers, no chunked signatures, and strict about the time. */
export async function startPickyStorage({
  clockAhead = 0,
  isFull = false,
  failsComplete = false,
  onPart = () => undefined,
}: PickyOptions): Promise<PickyStorage> {
  const refusals = new Set<string>();
  let aborted = 0;
  const now = (): number => Date.now() + clockAhead;
  function problem({ headers }: IncomingMessage): string | undefined {
    const stamp = String(headers['x-amz-date'] ?? '').replace(
      /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/,
      '$1-$2-$3T$4:$5:$6Z',
    );
    if (Math.abs(Date.parse(stamp) - now()) > mostSkew) return 'RequestTimeTooSkewed';
    const names = Object.keys(headers);
    const isChunked = String(headers['x-amz-content-sha256']).startsWith('STREAMING');
    if (isChunked || names.some((name) => /^x-amz-(?:checksum|sdk-checksum|trailer)/.test(name)))
      return 'InvalidArgument';
    return undefined;
  }
  function answer(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '' } = request;
    const part = /[?&]partNumber=(\d+)/.exec(url)?.[1];
    if (part !== undefined) onPart(part);
    response.setHeader('date', new Date(now()).toUTCString());
    const refuse = (status: number, code: string): void => {
      if (code !== 'NoSuchKey') refusals.add(code);
      response.writeHead(status, { 'content-type': 'application/xml' });
      response.end(method === 'HEAD' ? undefined : `<Error><Code>${code}</Code><Message>refused</Message></Error>`);
    };
    const code = problem(request);
    if (code !== undefined) {
      refuse(code === 'RequestTimeTooSkewed' ? 403 : 400, code);
      return;
    }
    if (method === 'HEAD') {
      refuse(404, 'NoSuchKey');
      return;
    }
    const reply = (text: string): void => void response.end(text);
    if (method === 'GET') {
      reply('<ListMultipartUploadsResult></ListMultipartUploadsResult>');
      return;
    }
    if (method === 'DELETE') {
      aborted += 1;
      response.writeHead(204);
      reply('');
      return;
    }
    if (method === 'PUT') {
      response.setHeader('etag', '"tag"');
      if (isFull) refuse(507, 'QuotaExceeded');
      else reply('');
      return;
    }
    if (url.includes('uploadId=')) {
      if (failsComplete) {
        refuse(400, 'InvalidPart');
        return;
      }
      reply('<CompleteMultipartUploadResult><ETag>"tag"</ETag></CompleteMultipartUploadResult>');
      return;
    }
    reply('<InitiateMultipartUploadResult><UploadId>one</UploadId></InitiateMultipartUploadResult>');
  }
  const server = createServer((request, response) => {
    request.resume().on('end', () => answer(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    host: `127.0.0.1:${String(port)}`,
    refusals: () => [...refusals],
    aborted: () => aborted,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

import type { ProblemDetails } from '../../../src/wizard/api/problem.ts';

/** A refusal of the server, with what the user can do about it. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly problem: ProblemDetails;

  constructor(problem: ProblemDetails) {
    super(problem.detail);
    this.problem = problem;
  }
}

const offline: ProblemDetails = {
  type: 'about:blank',
  title: 'unreachable',
  status: 0,
  code: 'unreachable',
  detail: 'The server of this page does not answer.',
  remedy: 'Check that it runs. The page tries again by itself.',
  requestId: '',
};

export function get<T>(path: string): Promise<T> {
  return send<T>('GET', path, undefined);
}

export function post<T>(path: string, body: unknown): Promise<T> {
  return send<T>('POST', path, body);
}

export function put<T>(path: string, body: unknown): Promise<T> {
  return send<T>('PUT', path, body);
}

export function remove(path: string): Promise<unknown> {
  return send('DELETE', path, {});
}

/** @throws ApiError */
async function send<T>(method: string, path: string, body: unknown): Promise<T> {
  const headers = { accept: 'application/json', 'x-crane-request': '1' };
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(`/api/v1${path}`, { method, headers: { ...headers, ...type }, ...content }).catch(() => {
    throw new ApiError(offline);
  });
  const text = await response.text();
  if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as T;
  throw new ApiError(problemOf(text, response));
}

function problemOf(text: string, { status, statusText }: Response): ProblemDetails {
  try {
    return JSON.parse(text) as ProblemDetails;
  } catch {
    // A proxy in between answers in its own words.
    return { ...offline, status, title: statusText, detail: `The answer is ${String(status)} ${statusText}.` };
  }
}

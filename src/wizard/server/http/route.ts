import type { Session } from '../sessions/session.ts';

/** A path below `/api/v1`, as data: checks, limits and audit are the same for all. */
export type Route = PublicRoute | SessionRoute;

interface RouteBase {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `/runs/:run`. */
  readonly path: string;
  readonly rate: RateName;
}

export interface PublicRoute extends RouteBase {
  readonly access: 'public';
  readonly handle: (request: PublicRequest) => Promise<RouteAnswer>;
}

export interface SessionRoute extends RouteBase {
  readonly access: 'session';
  readonly handle: (request: SessionRequest) => Promise<RouteAnswer>;
}

/** How often it may be used: see `rates`. */
export type RateName = 'login' | 'connections' | 'writes' | 'reads';

export interface PublicRequest {
  /** Of the cookie or the proxy, if any. */
  readonly session: Session | undefined;
  readonly requestId: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Parsed JSON; undefined without a body. */
  readonly body: unknown;
  /** Empty: none. */
  readonly idempotencyKey: string;
  /** Empty: none. */
  readonly lastEventId: string;
  /** Aborted when the client is gone or the server stops. */
  readonly signal: AbortSignal;
}

export interface SessionRequest extends PublicRequest {
  readonly session: Session;
}

export interface RouteAnswer {
  /** 200 when absent, 204 without a body. */
  readonly status?: number;
  readonly body?: object;
  readonly stream?: AnswerStream;
  /** The session whose cookie the answer sets, or `ended` to remove it. */
  readonly cookie?: Session | 'ended';
  /** What a write was about, for the audit line. */
  readonly object?: string;
  /** Who wrote, where the session is new. */
  readonly user?: string;
}

export interface AnswerStream {
  readonly contentType: string;
  /** Name of the file that a browser saves it as; absent: it is shown. */
  readonly fileName?: string;
  readonly source: AsyncIterable<Uint8Array>;
}

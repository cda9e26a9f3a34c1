import type { Secret } from '../../domain/core/secret.ts';
import type { ClientCertificate } from '../http/agents.ts';

export type Headers = Readonly<Record<string, string | string[]>>;

/** What proves who we are. A client certificate is for the TLS connection, the rest for headers. */
export interface Credentials {
  /** Headers of one request; read again when the token may have rotated. */
  headers(): Promise<Headers>;
  token(): Promise<Secret | undefined>;
  /** The certificate that a plugin gave; one of the kubeconfig itself is part of the connection. */
  certificate?(): Promise<ClientCertificate | undefined>;
  /**
   * Forgets a token that was read at this moment or before, after a 401; false when reading again gives the same one.
   */
  forget(refusedAt: number): boolean;
}

/** What one reading gives. */
export interface Login {
  readonly token?: Secret | undefined;
  readonly certificate?: ClientCertificate | undefined;
  /** Milliseconds since 1970; absent: it does not say. */
  readonly expiresAt?: number | undefined;
}

export interface LoginSource {
  readonly read: () => Promise<Login>;
  /** Milliseconds after which a login that does not say when it expires is read again. */
  readonly age: number;
  /** What is known without a reading. */
  readonly first?: Login;
}

/** One reading serves all requests until it expires, is too old, or is refused. */
export function rotatingLogin({ read, age, first }: LoginSource, fixed: Headers): Credentials {
  let current = first === undefined ? undefined : reading(Promise.resolve(first));
  async function login(): Promise<Login> {
    if (current === undefined || isOver(current, age)) {
      const next = reading(read());
      current = next;
      next.login.then(
        ({ expiresAt }) => {
          next.expiresAt = expiresAt;
        },
        () => {
          current = undefined;
        },
      );
    }
    return current.login;
  }
  return {
    headers: async () => {
      const { token } = await login();
      return token === undefined ? fixed : { ...fixed, authorization: `Bearer ${token.reveal()}` };
    },
    token: async () => (await login()).token,
    certificate: async () => (await login()).certificate,
    forget: (refusedAt) => {
      // Requests side by side are refused side by side: the first one has it read again, for all.
      if (current !== undefined && current.readAt <= refusedAt) current = undefined;
      return true;
    },
  };
}

interface Reading {
  readonly login: Promise<Login>;
  readonly readAt: number;
  expiresAt: number | undefined;
}

function reading(login: Promise<Login>): Reading {
  return { login, readAt: Date.now(), expiresAt: undefined };
}

function isOver({ readAt, expiresAt }: Reading, age: number): boolean {
  return expiresAt === undefined ? Date.now() - readAt > age : Date.now() > expiresAt;
}

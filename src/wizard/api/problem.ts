import type { ErrorCode } from '../../domain/core/errors.ts';

/** Codes that only the server has, besides those of the tasks. */
export type ServerCode =
  | 'login-required'
  | 'login-refused'
  | 'request-refused'
  | 'too-many-requests'
  | 'too-many-streams'
  | 'body-too-large'
  | 'not-found'
  | 'address-refused'
  | 'state-refused'
  | 'defect';

/** The body of each answer of 400 and above, with the type `application/problem+json`: RFC 9457. */
export interface ProblemDetails {
  /** Always `about:blank`: `code` distinguishes. */
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode | ServerCode;
  /** What failed, as one sentence. Secrets in it are replaced. */
  readonly detail: string;
  /** What the user can do about it. */
  readonly remedy: string;
  /** To find the request in the log of the server. */
  readonly requestId: string;
  /** Of an API server whose authority is unknown (`tls-untrusted`): to compare it, and to upload that authority. */
  readonly certificate?: ServerCertificate;
}

/** The certificate that a server has shown. */
export interface ServerCertificate {
  readonly subject: string;
  readonly issuer: string;
  /** SHA-256 of the certificate, hexadecimal pairs with colons. */
  readonly fingerprint: string;
  /** RFC 3339. */
  readonly validUntil: string;
}

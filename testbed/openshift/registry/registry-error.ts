import type { ServerResponse } from 'node:http';

/** Error codes of the distribution API that this front answers itself, with their HTTP status. */
const statusOfCode = {
  UNAUTHORIZED: 401,
  DENIED: 403,
  MANIFEST_UNKNOWN: 404,
  NAME_UNKNOWN: 404,
  BLOB_UNKNOWN: 404,
  NAME_INVALID: 400,
  MANIFEST_INVALID: 400,
  UNSUPPORTED: 405,
  UNKNOWN: 500,
} as const;

/** An error code of the distribution API. */
export type RegistryErrorCode = keyof typeof statusOfCode;

/** A registry request that is refused. `challenge` goes into WWW-Authenticate. */
export class RegistryError extends Error {
  override name = 'RegistryError' as const;
  readonly code: RegistryErrorCode;
  readonly challenge: string | undefined;

  constructor(code: RegistryErrorCode, message: string, challenge?: string) {
    super(message);
    this.code = code;
    this.challenge = challenge;
  }
}

/** Sends an error in the form of the distribution specification; too late for a status, the connection is cut. */
export function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const known =
    error instanceof RegistryError
      ? error
      : new RegistryError('UNKNOWN', error instanceof Error ? error.message : String(error));
  const text = `${JSON.stringify({ errors: [{ code: known.code, message: known.message, detail: null }] })}\n`;
  response.writeHead(statusOfCode[known.code], {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'docker-distribution-api-version': 'registry/2.0',
    ...(known.challenge === undefined ? {} : { 'www-authenticate': known.challenge }),
  });
  response.end(text);
}

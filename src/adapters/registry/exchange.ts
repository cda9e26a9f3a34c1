import { messageOf } from '../../domain/core/errors.ts';
import { SyncFailure, type FailureKind } from '../../domain/oci/failure.ts';
import { errnoOf } from '../files/errno.ts';
import type { Agents } from '../http/agents.ts';
import { addressRefused } from '../http/guarded-lookup.ts';
import { classifyTlsError, exchange, tooLong, type HttpRequest, type HttpResponse } from '../http/transport.ts';

/** Milliseconds after which a registry that neither takes nor sends a byte counts as unavailable. */
const usualSilence = 30_000;
/** The same for a body that is read as a stream: while its reader is busy, nothing moves. */
const streamSilence = 600_000;

/** The connection of an exchange. */
export interface ExchangeContext {
  readonly agents: Agents;
  /** Of the registry. */
  readonly origin: URL;
  readonly signal: AbortSignal;
  /** Milliseconds without a byte, in either direction, after which a request counts as failed; 30 s without it. */
  readonly silence?: number | undefined;
}

/**
 * Sends one request and reads the whole response, whatever its status.
 * @param isForeign the server is not the registry and gets no client certificate
 * @throws SyncFailure `unavailable`, `tls-untrusted`, `address-refused`, `interrupted` or, for an oversized response,
 *   `wrong-content`
 */
export async function exchangeOnce(
  request: HttpRequest,
  { agents, origin, signal, silence = usualSilence }: ExchangeContext,
  isForeign = false,
): Promise<HttpResponse> {
  const agent = agents.for(request.url, isForeign, origin.hostname);
  const failureOf = (error: unknown): SyncFailure => {
    const doing = `${request.method} ${request.url.origin}${request.url.pathname}`;
    if (signal.aborted) return new SyncFailure('interrupted', `${doing}: the run was stopped`);
    return new SyncFailure(kindOf(error), `${doing}: ${messageOf(error)}`, { cause: error });
  };
  try {
    const patience = request.isStreamed === true ? Math.max(silence, streamSilence) : silence;
    const { pieces, ...answer } = await exchange(request, { agent, signal, silence: patience });
    return pieces === undefined ? answer : { ...answer, pieces: explained(pieces, failureOf) };
  } catch (error) {
    throw failureOf(error);
  }
}

async function* explained(
  pieces: AsyncIterable<Buffer>,
  failureOf: (error: unknown) => SyncFailure,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield* pieces;
  } catch (error) {
    throw failureOf(error);
  }
}

function kindOf(error: unknown): FailureKind {
  const code = errnoOf(error);
  if (code === tooLong) return 'wrong-content';
  if (code === addressRefused) return 'address-refused';
  return classifyTlsError(code) === undefined ? 'unavailable' : 'tls-untrusted';
}

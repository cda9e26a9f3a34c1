import type { Log } from '../../../domain/core/ports.ts';
import { Redactor } from '../../../domain/core/secret.ts';

/** A log of its own for a session: what one user has secret is neither known nor kept for another. */
export function sessionLog(log: Log): Log {
  const redactor = new Redactor();
  const clean = redactor.redact;
  return {
    redactor,
    debug: (message) => log.debug(clean(message)),
    info: (message) => log.info(clean(message)),
    warn: (message) => log.warn(clean(message)),
    // Several users' progress would replace each other: each is in the answers of the API.
    progress: () => undefined,
    item: () => undefined,
  };
}

import type { Log } from '../../src/domain/core/ports.ts';
import { Redactor } from '../../src/domain/core/secret.ts';

/** A log that drops its lines. */
export function silentLog(): Log {
  return {
    redactor: new Redactor(),
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    progress: () => undefined,
    item: () => undefined,
  };
}

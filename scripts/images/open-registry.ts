import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { connectRegistry } from '../../src/adapters/registry/connect-registry.ts';
import { joinLogins, readLogins } from '../../src/adapters/registry/logins.ts';
import { readCaBundle } from '../../src/adapters/files/read-mounted.ts';
import { createRegistry } from '../../src/adapters/registry/registry.ts';
import type { Registry } from '../../src/domain/oci/registry.ts';
import { Redactor } from '../../src/domain/core/secret.ts';
import { openCredentialHelpers } from '../../src/adapters/processes/credential-helper.ts';

const redactor = new Redactor();

/** A registry to publish to, logged in to as Docker is. `certificates` is a folder with its authority, or empty. */
export function openRegistry(host: string, certificates: string, environment: NodeJS.ProcessEnv): Registry {
  const file = environment['REGISTRY_AUTH_FILE'] ?? join(homedir(), '.docker/config.json');
  const nothing = (): void => undefined;
  const signal = new AbortController().signal;
  const reading = { redactor, askHelper: openCredentialHelpers({ environment, signal }) };
  return createRegistry({
    host,
    access: 'pull,push',
    connect: async () =>
      connectRegistry({
        host,
        verifyTls: true,
        caBundle: await readCaBundle(certificates === '' ? undefined : certificates),
        logins: joinLogins(await readLogins(existsSync(file) ? file : undefined, reading), undefined),
        environment,
        log: {
          redactor: new Redactor(),
          debug: nothing,
          info: nothing,
          warn: nothing,
          progress: nothing,
          item: nothing,
        },
        signal: new AbortController().signal,
        pause: (milliseconds) => sleep(milliseconds),
      }),
  });
}

import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's root folder. */
export const repositoryRoot = fileURLToPath(new URL('../..', import.meta.url));

/** What survives `down`: built programs and base images. */
export function cacheFolder(): string {
  return path.join(homedir(), '.cache', 'crane-tasks');
}

/** Everything of running clusters: certificates, data, logs, pid files. `down` removes it. */
export function stateFolder(): string {
  return process.env['CRANE_TASKS_STATE'] ?? path.join(cacheFolder(), 'clusters');
}

/** What users and tests read: `kubeconfig` and `ca.crt`. */
export const checkoutCacheFolder = path.join(repositoryRoot, '.cache');

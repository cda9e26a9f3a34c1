import { readdirSync, readFileSync } from 'node:fs';

/** Where a secret was seen: `cmdline` or `environ` of a process, with its name. */
export type Sighting = string;

const intervalMilliseconds = 10;

/**
 * Looks at arguments and environment of every process of this computer, those in containers included, until stopped.
 * Returns what it saw of the given secrets, and how many processes it looked at.
 */
export function scanProcesses(secrets: readonly string[]): () => { sightings: readonly Sighting[]; processes: number } {
  const sightings = new Set<Sighting>();
  const seen = new Set<string>();
  const timer = setInterval(() => {
    for (const pid of readdirSync('/proc')) if (/^\d+$/.test(pid)) look(pid);
  }, intervalMilliseconds);

  function look(pid: string): void {
    for (const file of ['cmdline', 'environ']) {
      const text = readProcess(`/proc/${pid}/${file}`);
      if (text === '') continue;
      seen.add(pid);
      if (secrets.some((secret) => text.includes(secret)))
        sightings.add(`${file} of ${readProcess(`/proc/${pid}/comm`).trim()}`);
    }
  }

  return () => {
    clearInterval(timer);
    return { sightings: [...sightings], processes: seen.size };
  };
}

// A process may end between two looks.
function readProcess(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

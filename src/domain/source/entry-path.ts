import { ArchiveDefect, refuseEntry } from './archive-defect.ts';

// Limits of Linux, in bytes.
const longestName = 255;
const longestPath = 4000;
const deepest = 200;

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @throws ArchiveDefect */
export function decodeUtf8(bytes: Uint8Array, what: string): string {
  try {
    return strict.decode(bytes);
  } catch {
    const shown = JSON.stringify(String.fromCharCode(...bytes.subarray(0, 100)));
    throw new ArchiveDefect(`${what} ${shown}: expected UTF-8`);
  }
}

/**
 * The path of an entry below the root, without `.` and doubled slashes.
 * @returns its steps; none for the root itself
 * @throws ArchiveDefect for a path that leads out, or that other programs could read in another way
 */
export function cleanPath(name: string): readonly string[] {
  if (name === '') refuseEntry(name, 'it has no name');
  if (/\p{Cc}/u.test(name)) refuseEntry(name, 'its name has control characters');
  if (name.startsWith('/')) refuseEntry(name, 'its path is absolute');
  if (/^[a-z]:/i.test(name) && /[\\/]/.test(name)) refuseEntry(name, 'its path has a drive letter');
  if (/^\\|(?:^|[\\/])\.\.(?:[\\/]|$)/.test(name)) refuseEntry(name, 'its path leads out of the folder');
  const steps = name.split('/').filter((step) => step !== '' && step !== '.');
  if (steps.length > deepest || name.length > longestPath) refuseEntry(name, 'its path is too long');
  for (const step of steps) checkStep(step, name);
  return steps;
}

/** Two names of a folder with the same key are one name on some file system. */
export function nameKey(step: string): string {
  if (isAscii(step)) return step.toLowerCase();
  // Ignorable characters are those that HFS+ and readers do not see.
  return step
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFKC');
}

function checkStep(step: string, name: string): void {
  if (isAscii(step)) {
    if (step.length > longestName) refuseEntry(name, 'its name is too long');
    return;
  }
  if (new TextEncoder().encode(step).length > longestName) refuseEntry(name, 'its name is too long');
  if (/[\u202A-\u202E\u2066-\u2069]/.test(step)) refuseEntry(name, 'its name changes the direction of text');
  const key = nameKey(step);
  if (key === '' || key === '.' || key === '..' || /[\\/]/.test(key)) {
    refuseEntry(name, 'its name only looks like another one');
  }
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7E]*$/.test(text);
}

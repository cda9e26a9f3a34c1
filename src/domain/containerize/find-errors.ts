import type { ReadNote } from './file-entry.ts';

/** Files about which find or stat said something, by its messages in the locale C. */
export function parseFindErrors(stderr: string): readonly ReadNote[] {
  return stderr.split('\n').flatMap((line) => {
    const [, quoted = '', why = ''] = /^[^:]*find: (\/.*|'.*'): (.*)$/.exec(line) ?? [];
    if (quoted === '') return [];
    const reason = why === 'No such file or directory' ? 'vanished' : 'unreadable';
    return [{ path: unquote(quoted), reason, detail: why } as const];
  });
}

/** GNU find quotes names as a shell does, and escapes what cannot be shown; busybox shows them as they are. */
function unquote(text: string): string {
  if (!text.startsWith("'")) return text;
  return text
    .slice(1, -1)
    .replaceAll(String.raw`'\''`, "'")
    .replace(/\\(n|t|\\|')/g, (_all, letter: string) => (letter === 'n' ? '\n' : letter === 't' ? '\t' : letter));
}

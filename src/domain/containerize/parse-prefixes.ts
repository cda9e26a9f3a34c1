import type { ObservedContainer } from './plan-containerize.ts';

/** A path that is too long for the first line of a script is in its second one, as an argument of `exec`. */
function prefixOf(script: string): string | undefined {
  const words = script.split(/[\s'"!]/).filter((word) => word.startsWith('/'));
  const found = words.find((word) => /\/bin\/python[\d.]*$/.test(word));
  return found?.slice(0, found.lastIndexOf('/bin/'));
}

/**
 * Reads for which paths environments of Python were made: their scripts name the interpreter by its whole path.
 * @param lines in turn the folder of an environment and the beginning of one of its scripts, which starts with `#!`
 */
export function parsePrefixes(lines: readonly string[]): ObservedContainer['prefixes'] {
  return lines.flatMap((folder, index) => {
    const script = lines[index + 1] ?? '';
    const prefix = script.startsWith('#!') ? prefixOf(script) : undefined;
    return prefix === undefined ? [] : [{ folder, prefix }];
  });
}

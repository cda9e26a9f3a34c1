import type { ObservedContainer } from './plan-containerize.ts';

/** A path that is too long for the first line of a script is in its second one, as an argument of `exec`. */
const interpreter = /(\/[^\s'"]*)\/bin\/python[\d.]*(?=[\s'"]|$)/;

/**
 * Reads for which paths environments of Python were made: their scripts name the interpreter by its whole path.
 * @param lines in turn the folder of an environment and the beginning of one of its scripts, which starts with `#!`
 */
export function parsePrefixes(lines: readonly string[]): ObservedContainer['prefixes'] {
  return lines.flatMap((folder, index) => {
    const script = lines[index + 1] ?? '';
    const prefix = script.startsWith('#!') ? interpreter.exec(script)?.[1] : undefined;
    return prefix === undefined ? [] : [{ folder, prefix }];
  });
}

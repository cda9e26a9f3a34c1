import { parse } from 'smol-toml';

import { messageOf, TaskError } from '../../domain/core/errors.ts';

/**
 * Reads a TOML document.
 * @param source names it in messages
 * @throws TaskError `invalid-file`
 */
export function parseToml(text: string, source: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    // The first line says what is wrong; the others quote the file.
    const [why = ''] = messageOf(error).split('\n');
    throw new TaskError('invalid-file', `reading ${source}: ${why}`, {
      remedy: 'Write a TOML file, as https://toml.io describes it.',
      cause: error,
    });
  }
}

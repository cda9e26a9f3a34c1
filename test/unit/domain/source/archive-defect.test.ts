import { expect, it } from 'vitest';

import { ArchiveDefect, refuseEntry } from '../../../../src/domain/source/archive-defect.ts';

const messageOf = (name: string): string => {
  try {
    return refuseEntry(name, 'why');
  } catch (error) {
    if (error instanceof ArchiveDefect) return error.message;
    throw error;
  }
};

it.each([
  ['a b', 'entry "a b": why'],
  ['a"b', 'entry "a\\"b": why'],
  ['a\u001B[2J', 'entry "a\\u001b[2J": why'],
  ['é\u202E🙂', 'entry "\\u{e9}\\u{202e}\\u{1f642}": why'],
  ['x'.repeat(300), `entry "${'x'.repeat(199)}…": why`],
])('the name %j in a message has nothing that a terminal obeys', (name, expected) => {
  expect(messageOf(name)).toBe(expected);
});

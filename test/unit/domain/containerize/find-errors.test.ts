import { expect, it } from 'vitest';

import { parseFindErrors } from '../../../../src/domain/containerize/find-errors.ts';

it.each([
  ["find: '/a/b': Permission denied", '/a/b', 'unreadable'],
  [String.raw`find: '/a'\''s\n\tx\\': Permission denied`, "/a's\n\tx\\", 'unreadable'],
  ['find: /a/b: No such file or directory', '/a/b', 'vanished'],
  ["/usr/bin/find: '/a/b': Input/output error", '/a/b', 'unreadable'],
])('%s is about %s, which is %s', (line, path, reason) => {
  expect(parseFindErrors(`${line}\n`)).toMatchObject([{ path, reason }]);
});

it('ignores other lines', () => {
  expect(parseFindErrors('find: warning: something\n\nother: text\n')).toEqual([]);
});

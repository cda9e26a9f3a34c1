import { describe, expect, it } from 'vitest';

import { createAllowList, readAllowList } from '../../../../src/domain/scan/allow-list.ts';

const entry = { rule: 'aws-*', path: '/work/**', reason: 'a test key' };

describe('the allow list', () => {
  it.each([undefined, null, []])('may be empty: %j', (document) => {
    expect(readAllowList(document)).toEqual([]);
  });

  it.each([
    ['text', 'not a list'],
    [['text'], 'entry 1 is not an object'],
    [[null], 'entry 1 is not an object'],
    [[entry, { ...entry, reason: ' ' }], 'entry 2 has no reason'],
    [[{ ...entry, rule: 1 }], 'entry 1 has no rule'],
    [[{ ...entry, value: 'x' }], 'unknown field "value"'],
  ])('refuses %j', (document, message) => {
    expect(() => readAllowList(document)).toThrow(expect.objectContaining({ code: 'invalid-file' }));
    expect(() => readAllowList(document)).toThrow(message);
  });

  it('finds the entry of a finding, and names those without one', () => {
    const [read] = readAllowList([entry]);
    const other = { rule: 'jwt', place: '/a?/*.txt', reason: 'b' };
    const list = createAllowList(read === undefined ? [other] : [read, other]);
    expect(list.match('aws-access-token', '/work/a/b.py')).toBe(read);
    expect(list.match('aws-access-token', '/lib/b.py')).toBeUndefined();
    expect(list.unused()).toEqual([other]);
    expect(list.match('jwt', '/ab/c/d.txt')).toBeUndefined();
    expect(list.match('jwt', '/ab/cxtxt')).toBeUndefined();
    expect(list.match('jwt', '/ab/c.txt')).toBe(other);
    expect(list.unused()).toEqual([]);
  });
});

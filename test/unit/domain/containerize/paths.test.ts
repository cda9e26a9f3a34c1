import { describe, expect, it } from 'vitest';

import { isBelow, isWithin, normalizePath, outermost, pathBelow } from '../../../../src/domain/containerize/paths.ts';

describe('paths', () => {
  it('are below a folder by whole names', () => {
    expect(isBelow('/a/b', '/a')).toBe(true);
    expect(isBelow('/ab', '/a')).toBe(false);
    expect(isBelow('/a', '/a')).toBe(false);
    expect(isBelow('/a', '/')).toBe(true);
    expect(isWithin('/a', '/a')).toBe(true);
  });

  it('have one form', () => {
    expect(normalizePath('//a/./b/../c/')).toBe('/a/c');
    expect(normalizePath('/../..')).toBe('/');
  });

  it('have a part below a folder', () => {
    expect(pathBelow('/a', '/a')).toBe('');
    expect(pathBelow('/a/b', '/a')).toBe('b');
    expect(pathBelow('/a/b', '/')).toBe('a/b');
  });

  it('are reduced to the outermost', () => {
    expect(outermost(['/b/c', '/a', '/b', '/a', '/bc'])).toEqual(['/a', '/b', '/bc']);
  });
});

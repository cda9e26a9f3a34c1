import { describe, expect, it } from 'vitest';

import {
  assertClassNames,
  assertNamespace,
  parseAccessModes,
  parsePairs,
  parseSecretNames,
  parseUnixId,
} from '../../../../src/domain/volumes/transfer-values.ts';

describe('values of a transfer', () => {
  it('are read from texts', () => {
    expect(() => {
      assertNamespace('source-namespace', 'shop');
    }).not.toThrow();
    expect(() => {
      assertClassNames('storage-class', ['fast', 'a.b']);
    }).not.toThrow();
    expect(() => {
      assertClassNames('storage-class', ['fast', '$(x)']);
    }).toThrow('reading storage-class: "$(x)" is not understood');
    expect([...parsePairs('storage-class-map', 'slow=fast, a=b,')]).toEqual([
      ['slow', 'fast'],
      ['a', 'b'],
    ]);
    expect(parseAccessModes('access-modes', 'ReadWriteOnce,ReadWriteMany')).toEqual(['ReadWriteOnce', 'ReadWriteMany']);
    expect(parseSecretNames('image-pull-secrets', 'pull,other.pull')).toEqual(['pull', 'other.pull']);
    expect(parseUnixId('run-as-user', undefined)).toBeUndefined();
    expect(parseUnixId('run-as-user', '2147483647')).toBe(2 ** 31 - 1);
  });

  it.each<readonly [string, () => unknown]>([
    ['a namespace', () => assertNamespace('p', 'Shop')],
    ['a pair without a destination', () => parsePairs('p', 'slow=')],
    ['a pair without a source', () => parsePairs('p', '=fast')],
    ['a pair of three', () => parsePairs('p', 'a=b=c')],
    ['an access mode', () => parseAccessModes('p', 'ReadWriteOnce,RWX')],
    ['the name of a Secret', () => parseSecretNames('p', 'a,-b')],
    ['an id in letters', () => parseUnixId('p', 'root')],
    ['an id out of range', () => parseUnixId('p', '2147483648')],
  ])('are refused with the param: %s', (_, parse) => {
    expect(parse).toThrow(
      expect.objectContaining({ code: 'invalid-param', message: expect.stringContaining('reading p:') as string }),
    );
  });
});

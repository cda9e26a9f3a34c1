import { describe, expect, it } from 'vitest';

import { isNamespaceName } from '../../../../src/domain/kube/object-names.ts';

describe('the name of a namespace', () => {
  it.each(['a', '0', 'shop', 'shop-2', 'a'.repeat(63)])('may be %s', (name) => {
    expect(isNamespaceName(name)).toBe(true);
  });

  it.each(['', '-a', 'a-', 'Shop', 'a.b', 'a/b', '..', 'a\n', 'ä', 'a b', 'a'.repeat(64)])('may not be %j', (name) => {
    expect(isNamespaceName(name)).toBe(false);
  });
});

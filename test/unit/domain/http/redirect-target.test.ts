import { describe, expect, it } from 'vitest';

import { isNamed, mayLeadTo } from '../../../../src/domain/http/redirect-target.ts';

describe('an address that a server names', () => {
  it.each([
    ['http://10.0.0.1:5000/other', true],
    ['https://cdn.example.com/x', true],
    ['http://cdn.example.com/x', false],
    ['https://10.0.0.2/x', false],
    ['https://[2001:db8::1]/x', false],
    ['https://localhost/x', false],
    ['http://10.0.0.1:5001/x', false],
  ])('%s: %s', (url, expected) => {
    expect(mayLeadTo(new URL(url), new URL('http://10.0.0.1:5000/v2/'))).toBe(expected);
  });

  it.each([
    ['https://registry.example.com', true],
    ['https://registry', false],
    ['https://192.0.2.1', false],
  ])('%s is a name with a domain: %s', (url, expected) => {
    expect(isNamed(new URL(url))).toBe(expected);
  });
});

import { describe, expect, it } from 'vitest';

import { isPlainRegistry } from '../../../../src/domain/build/plain-registry.ts';

describe('a registry for which the lifecycle tries plain HTTP', () => {
  it.each([
    'localhost:5000',
    'registry.localhost',
    '127.0.0.1:5000',
    '[::1]:5000',
    '10.1.2.3',
    '172.31.0.1:80',
    '192.168.1.1',
  ])('is %s', (host) => {
    expect(isPlainRegistry(host)).toBe(true);
  });

  it.each([
    'registry.example.com',
    'localhost.example.com:5000',
    '172.32.0.1',
    '8.8.8.8:5000',
    'registry.svc.cluster.local:5000',
  ])('is not %s', (host) => {
    expect(isPlainRegistry(host)).toBe(false);
  });
});

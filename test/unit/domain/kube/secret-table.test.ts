import { describe, expect, it } from 'vitest';

import { secretsWithoutValues } from '../../../../src/domain/kube/secret-table.ts';

const metadata = { name: 'login', namespace: 'shop' };

describe('secretsWithoutValues', () => {
  it('takes names and types from a Table', () => {
    const table = {
      kind: 'Table',
      metadata: { continue: 'next' },
      columnDefinitions: [{ name: 'Name' }, { name: 'Type' }],
      rows: [
        { cells: ['login', 'kubernetes.io/basic-auth', 2], object: { metadata } },
        { cells: ['odd'], object: { metadata } },
      ],
    };
    expect(secretsWithoutValues(table)).toEqual({
      kind: 'SecretList',
      metadata: { continue: 'next' },
      items: [
        { apiVersion: 'v1', kind: 'Secret', metadata, type: 'kubernetes.io/basic-auth' },
        { apiVersion: 'v1', kind: 'Secret', metadata },
      ],
    });
  });

  it('drops the values that a server sends all the same', () => {
    const whole = {
      kind: 'SecretList',
      items: [{ metadata, type: 'Opaque', data: { token: 'c2VjcmV0' } }, { metadata }],
    };
    expect(secretsWithoutValues(whole)).toEqual({
      kind: 'SecretList',
      items: [
        { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque' },
        { apiVersion: 'v1', kind: 'Secret', metadata },
      ],
    });
  });

  it.each([undefined, 'text', { kind: 'Status' }])('leaves %j to the reader of lists, which refuses it', (answer) => {
    expect(secretsWithoutValues(answer)).toBe(answer);
  });
});

import { describe, expect, it } from 'vitest';

import {
  impersonationHeaders,
  mergeImpersonations,
  noImpersonation,
  parseImpersonation,
} from '../../../../src/domain/kubeconfig/impersonation.ts';
import { refusalOf } from '../../../builders/task-error.ts';

const texts = { user: undefined, groups: '', uid: undefined, extras: undefined };

describe('acting for another', () => {
  it('reads the params as crane takes them', () => {
    const whom = { user: 'jane', groups: 'a, b,', uid: '7', extras: 'scopes=view,edit;note=' };
    expect(parseImpersonation({ ...texts, ...whom })).toEqual({
      user: 'jane',
      groups: ['a', 'b'],
      uid: '7',
      extras: { scopes: ['view', 'edit'], note: [''] },
    });
    expect(parseImpersonation(texts)).toEqual(noImpersonation);
  });

  it.each(['scopes', 'a=1;scopes', 'a=b=c', '=v', 'a=1;'])('refuses the extras %j', (extras) => {
    expect(refusalOf(() => parseImpersonation({ ...texts, extras }))).toContain('invalid-param: reading whom');
  });

  it('asks for it in headers, keys in lower case and encoded, values in UTF-8', () => {
    const extras = { 'Acme.com/Project': ['x', 'y'] };
    expect(impersonationHeaders({ user: 'jäne', groups: ['g'], uid: '7', extras })).toEqual({
      'impersonate-user': 'jÃ¤ne',
      'impersonate-group': ['g'],
      'impersonate-uid': '7',
      'impersonate-extra-acme.com%2fproject': ['x', 'y'],
    });
    expect(impersonationHeaders({ ...noImpersonation, user: 'jane' })).toEqual({
      'impersonate-user': 'jane',
      'impersonate-group': [],
    });
    expect(impersonationHeaders(noImpersonation)).toEqual({});
  });

  it.each([{ groups: ['g'] }, { uid: '7' }, { extras: { a: ['b'] } }])('needs a user beside %j', (rest) => {
    expect(refusalOf(() => impersonationHeaders({ ...noImpersonation, ...rest }))).toContain('without a user');
  });

  it.each(['a\r\nx-other: 1', 'a\u0000', 'a\u007f'])('lets no control characters into a header: %j', (user) => {
    expect(refusalOf(() => impersonationHeaders({ ...noImpersonation, user }))).toContain('control characters');
  });

  it('completes what is given by what the kubeconfig says', () => {
    const second = { user: 'k', groups: ['kg'], uid: 'ku', extras: { a: ['k'] } };
    expect(mergeImpersonations(noImpersonation, second)).toEqual(second);
    const first = { user: 'p', groups: ['pg'], uid: 'pu', extras: { b: ['p'] } };
    expect(mergeImpersonations(first, second)).toEqual(first);
  });
});

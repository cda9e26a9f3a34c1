import { expect, it } from 'vitest';

import { remember } from '../../../../src/domain/core/remember.ts';

it('makes each value once, also undefined ones, until it is forgotten', () => {
  const calls: string[] = [];
  const make = (host: string, port: number): string | undefined => {
    calls.push(`${host}:${String(port)}`);
    return port === 0 ? undefined : host;
  };
  const { get, forget } = remember(make, (host, port) => `${host} ${String(port)}`);
  expect([get('a', 1), get('a', 1), get('a', 0), get('a', 0)]).toEqual(['a', 'a', undefined, undefined]);
  expect(calls).toEqual(['a:1', 'a:0']);
  forget('a', 1);
  expect([get('a', 1), get('a', 0)]).toEqual(['a', undefined]);
  expect(calls).toEqual(['a:1', 'a:0', 'a:1']);
});

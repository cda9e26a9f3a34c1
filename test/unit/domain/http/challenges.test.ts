import { describe, expect, it } from 'vitest';

import { parseChallenges } from '../../../../src/domain/http/challenges.ts';

function read(header: string): readonly (readonly [string, Readonly<Record<string, string>>])[] {
  return parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);
}

describe('parseChallenges', () => {
  it.each([
    ['', []],
    [' , ,', []],
    ['Basic', [['basic', {}]]],
    ['Basic realm="a, b=c"', [['basic', { realm: 'a, b=c' }]]],
    ['Basic realm="say \\"hi\\""', [['basic', { realm: 'say "hi"' }]]],
    [
      'Bearer realm="https://a/token",service=b.example',
      [['bearer', { realm: 'https://a/token', service: 'b.example' }]],
    ],
    ['Bearer realm=https://a/token?x=1,service=b', [['bearer', { realm: 'https://a/token?x=1', service: 'b' }]]],
    ['BEARER  Realm = "x" , SERVICE = y', [['bearer', { realm: 'x', service: 'y' }]]],
    ['Bearer realm="x",realm="y"', [['bearer', { realm: 'x' }]]],
    [
      'Bearer realm="x", Basic realm="y"',
      [
        ['bearer', { realm: 'x' }],
        ['basic', { realm: 'y' }],
      ],
    ],
    [
      'Negotiate, Basic realm="y"',
      [
        ['negotiate', {}],
        ['basic', { realm: 'y' }],
      ],
    ],
    [
      'Negotiate a/b+c==, Basic realm="y"',
      [
        ['negotiate', {}],
        ['basic', { realm: 'y' }],
      ],
    ],
    ['Basic realm="never ends', [['basic', { realm: 'never ends' }]]],
    ['Bearer service=,realm="x"', [['bearer', { realm: 'x' }]]],
    [
      '="x" Basic',
      [
        ['x', {}],
        ['basic', {}],
      ],
    ],
  ])('reads %j', (header, expected) => {
    expect(read(header)).toEqual(expected);
  });

  it('keeps names that objects have by themselves', () => {
    expect([...(parseChallenges('Bearer __proto__="x",constructor=y')[0]?.parameters ?? [])]).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });
});

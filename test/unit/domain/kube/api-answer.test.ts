import { describe, expect, it } from 'vitest';

import { describeAnswer, listIn, notKubernetes, parseListPage } from '../../../../src/domain/kube/api-answer.ts';
import { refusalOf } from '../../../builders/task-error.ts';

const asked = { path: '/api/v1/pods', server: 'https://source.test' };

describe('a page of a list', () => {
  it('has items, the token of the next page and a version', () => {
    const metadata = { continue: 'next', resourceVersion: '7' };
    expect(parseListPage({ items: [1], metadata }, asked)).toEqual({ items: [1], token: 'next', resourceVersion: '7' });
  });

  it('may be empty', () => {
    expect(parseListPage({ items: null }, asked)).toEqual({ items: [], token: '', resourceVersion: '' });
  });

  it.each([[{}], [{ items: {} }], [{ items: 'x' }], [[]], [null], ['x']])('is not %j', (answer) => {
    expect(refusalOf(() => parseListPage(answer, asked))).toMatch(
      /^cluster-refused: GET \/api\/v1\/pods of https:\/\/source\.test: expected a list, got /,
    );
  });
});

describe('a list within a document', () => {
  it.each([
    [{ kind: 'A', list: [1] }, [1]],
    [{ list: [1] }, [1]],
    [{ kind: 'A', list: null }, []],
    [{ kind: 'A' }, []],
    [{ kind: 'A', list: {} }, undefined],
    [{ kind: 'B' }, undefined],
    [{ list: null }, undefined],
    [[], undefined],
  ])('of %j is %j', (document, expected) => {
    expect(listIn(document, 'list', 'A')).toEqual(expected);
  });
});

describe('the description of an answer', () => {
  it.each([
    [null, 'null'],
    [[], 'an array'],
    ['canary', 'a string'],
    [1, 'a number'],
    [{}, 'an object without keys'],
    [{ kind: 'Pod', data: 'canary' }, 'the kind Pod'],
    [{ a: 'canary', b: 1 }, 'an object with the keys a, b'],
    [{ a: 1, b: 1, c: 1, d: 1, e: 1, f: 1 }, 'an object with the keys a, b, c, d, e and more'],
    [{ kind: 'x'.repeat(31) }, `the kind ${'x'.repeat(30)}…`],
  ])('of %j is %s', (value, expected) => {
    expect(describeAnswer(value)).toBe(expected);
  });
});

it('names what was asked of a server that is not an API server', () => {
  const { code, message } = notKubernetes(asked, 'it does not exist (404)');
  expect(`${code}: ${message}`).toBe(
    'not-kubernetes: GET /api/v1/pods of https://source.test: it does not exist (404)',
  );
});

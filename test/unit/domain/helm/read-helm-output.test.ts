import { describe, expect, it } from 'vitest';

import {
  parseHelmObject,
  parseHistory,
  parseReleases,
  revisionOf,
} from '../../../../src/domain/helm/read-helm-output.ts';

describe('the output of helm', () => {
  it('of history is sorted by revision', () => {
    const entry = { updated: 'x', status: 'deployed', chart: 'a-1', app_version: '2', description: 'd' };
    const text = JSON.stringify([
      { ...entry, revision: 10, status: 'odd' },
      { ...entry, revision: 9 },
    ]);
    expect(parseHistory(text)).toEqual([
      { revision: 9, updated: 'x', status: 'deployed', chart: 'a-1', appVersion: '2', description: 'd' },
      { revision: 10, updated: 'x', status: 'unknown', chart: 'a-1', appVersion: '2', description: 'd' },
    ]);
  });

  it('of list has revisions as texts', () => {
    const text = '[{"name":"b","namespace":"n","revision":"3","status":"failed"},{"name":"a","namespace":"n"}]';
    expect(parseReleases(text).map(({ name, revision }) => [name, revision])).toEqual([
      ['a', 0],
      ['b', 3],
    ]);
  });

  it('of list is sorted by namespace and name', () => {
    const entry = (namespace: string, name: string) => ({ namespace, name, revision: '1' });
    const text = JSON.stringify([entry('b', 'a'), entry('a', 'z'), entry('b', 'c'), entry('a', 'b')]);
    expect(parseReleases(text).map(({ namespace, name }) => `${namespace}/${name}`)).toEqual([
      'a/b',
      'a/z',
      'b/a',
      'b/c',
    ]);
  });

  it('can be null, and without the fields of another version', () => {
    expect(parseHistory('null')).toEqual([]);
    const empty = { revision: 0, updated: '', status: 'unknown', chart: '', appVersion: '' };
    expect(parseHistory('[{}]')).toEqual([{ ...empty, description: '' }]);
    expect(parseReleases('[{}]')).toEqual([{ ...empty, namespace: '', name: '' }]);
  });

  it('of upgrade has the revision', () => {
    expect(revisionOf({ version: 3 })).toBe(3);
  });

  it('keeps long integers', () => {
    expect(parseHelmObject('{"a":9007199254740993}', 'get values')).toEqual({ a: 9_007_199_254_740_993n });
    expect(parseHelmObject('null', 'get values')).toEqual({});
  });

  it.each([() => parseHistory('x'), () => parseReleases('{}'), () => parseHelmObject('[]', 'a'), () => revisionOf({})])(
    'is refused when it is something else (%#)',
    (read) => {
      expect(read).toThrow(expect.objectContaining({ code: 'program-broke' }));
    },
  );
});

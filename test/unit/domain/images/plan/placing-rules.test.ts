import { describe, expect, it } from 'vitest';

import { parsePlacingRules, placeRepository, plainRules } from '../../../../../src/domain/images/plan/placing-rules.ts';
import { refusalOf } from '../../../../builders/task-error.ts';

const image = { host: 'a.example', path: 'team/apps/web', name: 'web' };
const place = (rules: unknown, namespace = 'new') =>
  placeRepository(image, parsePlacingRules([rules], 'map.yaml', namespace));

describe('placing rules', () => {
  it('put an image below the namespace when there are none', () => {
    expect(placeRepository(image, plainRules('new'))).toBe('new/web');
    expect(place({})).toBe('new/web');
    expect(parsePlacingRules([], 'map.yaml', 'new')).toEqual(plainRules('new'));
  });

  it.each<[unknown, string]>([
    [{ prefix: 'mirror/all' }, 'mirror/all/web'],
    [{ 'keep-path': true }, 'team/apps/web'],
    [{ 'keep-path': true, prefix: 'mirror' }, 'mirror/team/apps/web'],
    [{ repositories: { 'team/apps/web': 'store/front' } }, 'store/front'],
    [{ repositories: { 'team/apps/web': 'x', 'a.example/team/apps/web': 'store/front' } }, 'store/front'],
    [{ repositories: { 'b.example/team/apps/web': 'store/front' }, prefix: 'p' }, 'p/web'],
  ])('%j put it to %s', (rules, expected) => {
    expect(place(rules)).toBe(expected);
  });

  it('keep the bare name where there is no namespace', () => {
    expect(place({}, '')).toBe('web');
  });

  it.each<[unknown, string]>([
    [[], 'expected one map'],
    [{ repository: {} }, '"repository": expected one of repositories, keep-path, prefix'],
    [{ 'keep-path': 'yes' }, 'keep-path: expected true or false'],
    [{ prefix: '../up' }, 'prefix: expected a path'],
    [{ prefix: 1 }, 'prefix: expected a path'],
    [{ repositories: [] }, 'repositories: expected a map'],
    [{ repositories: { 'web:1': 'x' } }, '"web:1": expected a repository without tag'],
    [{ repositories: { [`web@sha256:${'a'.repeat(64)}`]: 'x' } }, 'expected a repository without tag'],
    [{ repositories: { Web: 'x' } }, '"Web": expected a repository'],
    [{ repositories: { web: 'b.example:5000/x' } }, 'repositories: web: expected a path'],
    [{ repositories: { web: 1 } }, 'repositories: web: expected a path'],
  ])('refuse %j', (document, message) => {
    expect(refusalOf(() => parsePlacingRules([document], 'map.yaml', 'new'))).toContain(message);
  });

  it('refuse a second document', () => {
    expect(refusalOf(() => parsePlacingRules([{}, {}], 'map.yaml', 'new'))).toContain('expected one map');
  });
});

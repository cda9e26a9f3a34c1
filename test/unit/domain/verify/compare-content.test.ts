import { describe, expect, it } from 'vitest';
import { compareContent, projectContent } from '../../../../src/domain/verify/compare-content.ts';
import { aResource } from '../../../builders/transform.ts';

type Members = Readonly<Record<string, unknown>>;

function compare(planned: Members, found: Members, type = 'apps/v1 Deployment') {
  return compareContent(aResource(type, 'web', planned), aResource(type, 'web', found));
}

const same = { differences: [], additions: [] };

describe('comparing what was planned with what was found', () => {
  it('ignores what only the server has', () => {
    expect(compare({ spec: { replicas: 1 } }, { spec: { replicas: 1, revisionHistoryLimit: 10 } })).toEqual(same);
  });

  it('names the path of each difference', () => {
    const planned = { spec: { replicas: 2, template: { spec: { containers: [{ name: 'web', image: 'a:1' }] } } } };
    const found = { spec: { replicas: 3, template: { spec: { containers: [{ name: 'web', image: 'a:2' }] } } } };
    expect(compare(planned, found).differences).toEqual(['spec.replicas', 'spec.template.spec.containers[web].image']);
  });

  it('compares lists whose items have names by name, and reports what was added', () => {
    const env = (...names: readonly string[]) => ({ spec: { env: names.map((name) => ({ name, value: name })) } });
    expect(compare(env('a', 'b'), env('b', 'a', 'c'))).toEqual({ differences: [], additions: ['spec.env[c]'] });
    expect(compare(env('a', 'b'), env('b')).differences).toEqual(['spec.env[a]']);
  });

  it('compares other lists in their order', () => {
    expect(compare({ spec: { args: ['a', 'b'] } }, { spec: { args: ['a', 'c'] } }).differences).toEqual([
      'spec.args[1]',
    ]);
    expect(compare({ spec: { args: ['a'] } }, { spec: { args: ['a', 'b'] } }).differences).toEqual(['spec.args']);
    const twice = { spec: { args: [{ name: 'a' }, { name: 'a' }] } };
    expect(compare(twice, twice)).toEqual(same);
  });

  it.each([null, undefined, '', false, 0, [], {}, { a: [] }])('takes %j for the same as nothing', (nothing) => {
    expect(compare({ spec: { member: nothing } }, { spec: {} })).toEqual(same);
  });

  it('takes something for a difference where nothing is', () => {
    expect(compare({ spec: { member: { a: 1 } } }, { spec: {} }).differences).toEqual(['spec.member']);
    expect(compare({ spec: { member: ['a'] } }, { spec: { member: 'a' } }).differences).toEqual(['spec.member']);
  });

  it('compares quantities by their amount, where quantities stand', () => {
    const resources = (cpu: string) => ({ spec: { resources: { limits: { cpu } } } });
    expect(compare(resources('1000m'), resources('1'))).toEqual(same);
    expect(compare(resources('1000m'), resources('2')).differences).toEqual(['spec.resources.limits.cpu']);
    expect(compare({ spec: { sizeLimit: '1Gi' } }, { spec: { sizeLimit: '1024Mi' } })).toEqual(same);
    expect(compare({ spec: { version: '1000m' } }, { spec: { version: '1' } }).differences).toEqual(['spec.version']);
  });

  it.each([
    ['v1 ConfigMap', 'data'],
    ['v1 ConfigMap', 'binaryData'],
    ['v1 Secret', 'data'],
  ])('reports an unplanned key as a difference in a %s', (type, member) => {
    const found = { [member]: { a: '1', b: '2' } };
    expect(compare({ [member]: { a: '1' } }, found, type).differences).toEqual([`${member}.b`]);
    expect(compare({}, found, type).differences).toEqual([`${member}.a`, `${member}.b`]);
    expect(compare({}, {}, type)).toEqual(same);
  });

  it('does not take custom resources of such a name for ConfigMaps', () => {
    expect(compare({ data: {} }, { data: { a: '1' } }, 'example.com/v1 ConfigMap')).toEqual(same);
    expect(compare({ data: {} }, { data: { a: '1' } }, 'v1 Pod')).toEqual(same);
  });
});

describe('the part of what was found that was planned', () => {
  it('has no defaults', () => {
    const planned = aResource('apps/v1 Deployment', 'web', { spec: { replicas: 1, gone: 1 } });
    const found = aResource('apps/v1 Deployment', 'web', { spec: { replicas: 2, revisionHistoryLimit: 10 } });
    expect(projectContent(planned, found)).toEqual(aResource('apps/v1 Deployment', 'web', { spec: { replicas: 2 } }));
  });

  it('has the items of lists in the order of the plan, and what was added after them', () => {
    const planned = aResource('v1 Pod', 'a', {
      list: [{ name: 'a', v: 1 }, { name: 'b' }, { name: 'gone' }],
      args: ['x', 'y'],
    });
    const found = aResource('v1 Pod', 'a', {
      list: [{ name: 'new' }, { name: 'b', d: 1 }, { name: 'a', v: 2 }],
      args: ['x'],
    });
    expect(projectContent(planned, found)).toMatchObject({
      list: [{ name: 'a', v: 2 }, { name: 'b' }, { name: 'new' }],
      args: ['x'],
    });
  });

  it('has all data', () => {
    const found = aResource('v1 ConfigMap', 'a', { data: { a: '1', b: '2' }, binaryData: { c: 'Yw==' } });
    expect(projectContent(aResource('v1 ConfigMap', 'a', { data: { a: '1' } }), found)).toEqual(found);
  });
});

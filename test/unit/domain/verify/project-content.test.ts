import { describe, expect, it } from 'vitest';

import { projectContent } from '../../../../src/domain/verify/project-content.ts';
import { aResource } from '../../../builders/transform.ts';

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

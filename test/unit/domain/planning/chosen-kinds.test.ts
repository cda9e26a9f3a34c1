import { describe, expect, it } from 'vitest';

import { choosesKind, kindParamsOf } from '../../../../src/domain/planning/chosen-kinds.ts';
import { planMoveImages } from '../../../../src/domain/planning/plan-images.ts';
import { aDeployment, aStream, digest, internal } from '../../../builders/image-plan.ts';
import { anInventory, aPlan, complete, named, problemsOf } from '../../../builders/planning.ts';
import { aKind } from '../../../builders/surface.ts';
import { aResource } from '../../../builders/transform.ts';

const web = aDeployment('web', `${internal}/shop/web:1`);
const settings = aResource('v1 ConfigMap', 'settings');
const route = aResource('route.openshift.io/v1 Route', 'web');
const source = (more: object) => ({ source: { namespace: 'shop', ...more } });

describe('the kinds that answers choose', () => {
  it('are those of the export: plurals, with or without a group, and whole groups', () => {
    const chooses = choosesKind({
      includeResources: ['deployments', '*.route.openshift.io'],
      excludeResources: ['routes'],
    });
    expect(['deployments.apps', 'routes.route.openshift.io', 'configmaps'].filter(chooses)).toEqual([
      'deployments.apps',
    ]);
    expect(choosesKind({})('configmaps')).toBe(true);
    expect(choosesKind({ includeResources: ['Not A Kind'] })('configmaps')).toBe(true);
  });

  it('are params of the runs that export, in whatever order they were given', async () => {
    const inventory = await anInventory({ resources: [web, settings, route] });
    const chosen = source({ includeResources: ['routes', 'deployments.apps'], excludeResources: ['configmaps'] });
    const params = { 'include-resources': 'deployments.apps,routes', 'exclude-resources': 'configmaps' };
    for (const action of ['application', 'images'] as const)
      expect(aPlan(inventory, { ...chosen, action }).runs[0]?.params).toMatchObject(params);
    expect(aPlan(inventory, { ...chosen, action: 'volumes' }).runs[0]?.params).not.toHaveProperty('include-resources');
    expect(kindParamsOf({})).toEqual({ 'include-resources': '', 'exclude-resources': '' });
    expect(aPlan(inventory).runs[0]?.params).not.toHaveProperty('include-resources');
  });

  it('are counted in the plan', async () => {
    const inventory = await anInventory({ resources: [web, settings, route] });
    expect(aPlan(inventory).estimate).toMatchObject({ objects: 3, leftOut: 0 });
    const without = aPlan(inventory, source({ excludeResources: ['configmaps'] }));
    expect(without.estimate).toMatchObject({ objects: 2, leftOut: 1 });
  });

  it('decide which images are copied', async () => {
    const inventory = await anInventory({
      resources: [aStream('web', { 1: { items: [`${internal}/shop/web@${digest('a')}`] } }), web],
    });
    const count = (more: object): number => {
      const planned = planMoveImages(inventory, complete(inventory, source(more)));
      return planned.kind === 'planned' ? planned.plan.images.length + (planned.plan.unpinned?.length ?? 0) : -1;
    };
    expect(count({})).toBe(1);
    // Without its stream, the image that the Deployment names is a problem.
    expect(count({ excludeResources: ['imagestreams'] })).toBe(0);
    expect(count({ includeResources: ['configmaps'] })).toBe(0);
  });

  it('need no right to list the others', async () => {
    const secrets = { kind: aKind('v1 Secret secrets'), state: 'denied' as const, objects: [], message: 'forbidden' };
    const pods = { kind: aKind('v1 Pod pods'), state: 'listed' as const, objects: [], message: '' };
    const inventory = await anInventory({ lists: [secrets, pods] });
    expect(named(problemsOf(inventory, source({ excludeResources: ['secrets'] })))).toEqual([]);
  });

  it('are refused when an entry is invalid or nothing is left, and unknown ones are named', async () => {
    const inventory = await anInventory({ resources: [settings] });
    expect(named(problemsOf(inventory, source({ includeResources: ['Not A Kind'] })))).toEqual([
      'error kinds-invalid source.includeResources',
    ]);
    expect(named(problemsOf(inventory, source({ excludeResources: ['*'] })))).toEqual([
      'error kinds-none source.includeResources',
    ]);
    const [problem] = problemsOf(inventory, source({ excludeResources: ['things.example.com'] }));
    expect(problem).toMatchObject({ severity: 'warning', code: 'kinds-unknown' });
    expect(problem?.message).toContain('things.example.com');
  });
});

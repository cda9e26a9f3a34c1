import { describe, expect, it } from 'vitest';

import { anInventory, asLists, named, problemsOf } from '../../../builders/planning.ts';
import { aKind, aSurface } from '../../../builders/surface.ts';
import { aDeployment, internal } from '../../../builders/image-plan.ts';

describe('checkAnswers', () => {
  it('finds nothing wrong with the defaults of a plain application', async () => {
    expect(problemsOf(await anInventory())).toEqual([]);
  });

  it.each([
    ['a migration', { migrations: ['shop'] }],
    ['a Pipeline', { pipelines: ['shop'] }],
    ['the cutover of the former wizard', { pipelines: ['shop-cutover'] }],
  ])('refuses a name that %s has', async (_, runs) => {
    expect(named(problemsOf(await anInventory({ runs })))).toEqual(['error name-taken name']);
  });

  it('refuses one namespace of one cluster as source and destination', async () => {
    const inventory = await anInventory({ source: { clusterUid: 'destination-uid' } });
    expect(named(problemsOf(inventory))).toEqual(['error same-place destination.namespace']);
    const other = await anInventory({ source: { clusterUid: 'destination-uid' }, destination: { namespace: 'other' } });
    expect(problemsOf(other)).toEqual([]);
    const surface = aSurface({ clusterUid: '' });
    const unknown = await anInventory({ source: { clusterUid: '' }, destination: { surface } });
    expect(problemsOf(unknown)).toEqual([]);
  });

  it('asks to create a namespace that is missing, and warns of one in use', async () => {
    const missing = await anInventory({ destination: { exists: false } });
    expect(named(problemsOf(missing))).toEqual(['error namespace-missing destination.namespace']);
    expect(problemsOf(missing, { destination: { namespace: 'shop', createNamespace: true } })).toEqual([]);
    const used = await anInventory({ destination: { objectCount: 3 } });
    expect(named(problemsOf(used))).toEqual(['warning namespace-not-empty destination.namespace']);
  });

  it('names each kind that cannot be listed, unless it may be left behind', async () => {
    const roles = aKind('rbac.authorization.k8s.io/v1 Role roles');
    const denied = { kind: roles, state: 'denied' as const, objects: [], message: 'forbidden' };
    const failed = { kind: aKind('x/v1 Thing things'), state: 'failed' as const, objects: [], message: '503' };
    const inventory = await anInventory({ lists: [denied, failed] });
    expect(named(problemsOf(inventory))).toEqual([
      'error kind-denied allowForbidden',
      'error kind-failed source.namespace',
    ]);
    const allowed = problemsOf(inventory, { allowForbidden: ['roles.rbac.authorization.k8s.io', 'things.x'] });
    expect(named(allowed)).toEqual(['error kind-failed source.namespace']);
  });

  it('asks for the name of the Secret with a login', async () => {
    const inventory = await anInventory();
    const credentials = { source: { kind: 'secret' as const }, destination: { kind: 'secret' as const, secret: 's' } };
    expect(named(problemsOf(inventory, { credentials }))).toEqual(['error secret-missing credentials.source.secret']);
  });

  it.each(['0', '-1Gi', 'big', ''])('refuses %j as the size of the volume', async (volumeSize) => {
    expect(named(problemsOf(await anInventory(), { run: { volumeSize } }))).toEqual([
      'error size-invalid run.volumeSize',
    ]);
  });

  it('looks at images and claims only where the action moves them', async () => {
    const resources = [aDeployment('web', `${internal}/shop/web:1`)];
    const inventory = await anInventory({ lists: asLists(resources), source: { registry: { internal, public: '' } } });
    const settings = [{ name: 'none' }];
    expect(named(problemsOf(inventory, { action: 'volumes', claims: { settings } }))).toEqual([
      'error claim-unknown claims.settings.none',
    ]);
    expect(named(problemsOf(inventory, { action: 'images', claims: { settings } }))).toEqual([
      'error image-problem images.allowProblems',
    ]);
  });
});

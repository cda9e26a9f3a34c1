import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { inventoryText } from '../../../../src/domain/planning/inventory.ts';
import { aDeployment, aResource, aStream, digest, internal } from '../../../builders/image-plan.ts';
import { aClaim, anInventory, asLists } from '../../../builders/planning.ts';
import { aKind } from '../../../builders/surface.ts';

const resources = [
  aDeployment('web', `${internal}/shop/web:1`),
  aDeployment('api', `${internal}/shop/api:1`),
  aStream('web', { 1: { items: [`${internal}/shop/web@${digest('a')}`] } }),
  aResource('Pod', 'web-1', {
    metadata: {
      uid: 'u',
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', controller: true }],
    },
  }),
  aClaim('data'),
  aClaim('cache'),
];

describe('readInventory', () => {
  it('is the same in whatever order the lists and their objects are', async () => {
    const text = inventoryText(await anInventory({ resources }));
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(resources, { minLength: resources.length }), async (shuffled) => {
        expect(inventoryText(await anInventory({ resources: shuffled }))).toBe(text);
      }),
      { numRuns: 20 },
    );
  });

  it('counts the objects of each kind, and says why a kind is missing', async () => {
    const roles = {
      kind: aKind('rbac.authorization.k8s.io/v1 Role roles'),
      state: 'denied' as const,
      objects: [],
      message: 'no',
    };
    const { source } = await anInventory({ lists: [...asLists(resources), roles] });
    expect(source.kinds.map(({ plural, state, count }) => `${plural} ${state} ${String(count)}`)).toEqual([
      'deployments.apps listed 2',
      'imagestreams.image.openshift.io listed 1',
      'persistentvolumeclaims listed 2',
      'pods listed 1',
      'roles.rbac.authorization.k8s.io denied 0',
    ]);
  });

  it('says which objects stay behind, by the rules of the transformation', async () => {
    const { source } = await anInventory({ resources });
    const behind = source.objects.filter(({ leftOut }) => leftOut !== '').map(({ kind, name }) => `${kind} ${name}`);
    expect(behind).toEqual(['Pod web-1']);
    expect(source.objects.filter(({ kind }) => kind === 'PersistentVolumeClaim')).toHaveLength(2);
  });

  it('has the digest of what decisions depend on, not of resource versions', async () => {
    const versioned = resources.map((each) => ({ ...each, metadata: { ...each.metadata, resourceVersion: '7' } }));
    const [one, other] = await Promise.all([anInventory({ resources }), anInventory({ resources: versioned })]);
    expect(inventoryText(other)).toBe(inventoryText(one));
    const less = await anInventory({ resources: resources.slice(1) });
    expect(inventoryText(less)).not.toBe(inventoryText(one));
  });

  it('has the sizes of images that the cluster noted, which decide nothing', async () => {
    const tag = (name: string, letter: string, dockerImageMetadata: unknown) =>
      aResource('ImageStreamTag', name, { image: { metadata: { name: digest(letter) }, dockerImageMetadata } });
    const tags = [
      tag('web:1', 'a', { Size: 131_072 }),
      tag('web:2', 'a', { Size: 131_072 }),
      tag('list:1', 'b', { Size: 0 }),
    ];
    const unknown = [
      tag('far:1', 'c', null),
      tag('odd:1', 'd', { Size: '7' }),
      aResource('ImageStreamTag', 'none:1', {}),
    ];
    const [sized, other] = await Promise.all([
      anInventory({ resources: [...tags, ...unknown] }),
      anInventory({
        resources: [...tags, ...unknown].map(({ apiVersion, kind, metadata }) => ({ apiVersion, kind, metadata })),
      }),
    ]);
    expect(sized.source.images.sizes).toEqual({ [digest('a')]: 131_072 });
    expect(inventoryText(sized)).toBe(inventoryText(other));
  });

  it('keeps the claims and names that are taken in order', async () => {
    const inventory = await anInventory({
      destination: { claims: { b: '', a: 'x' } },
      runs: { migrations: ['z', 'a'], pipelines: ['q', 'p'] },
    });
    expect(Object.keys(inventory.destination.claims)).toEqual(['a', 'b']);
    expect(inventory.runs).toMatchObject({ migrations: ['a', 'z'], pipelines: ['p', 'q'] });
  });
});

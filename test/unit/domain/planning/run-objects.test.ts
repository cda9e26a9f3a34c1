import { describe, expect, it } from 'vitest';

import { stringAt, valueAt } from '../../../../src/domain/core/json-object.ts';
import { objectsOf, type ObjectSettings } from '../../../../src/domain/planning/run-objects.ts';
import type { MoveAnswers } from '../../../../src/domain/schemas/documents.ts';
import { parseSyncPlan } from '../../../../src/domain/images/plan/sync-plan.ts';
import { aStream, digest, internal } from '../../../builders/image-plan.ts';
import { aClaim, anInventory, aPlan, type InventoryParts } from '../../../builders/planning.ts';

const web = aStream('web', { 1: { items: [`${internal}/shop/web@${digest('a')}`] } });

async function objects(
  settings: Partial<ObjectSettings> = {},
  more: Partial<MoveAnswers> = {},
  parts: InventoryParts = { resources: [web, aClaim('data')] },
) {
  const plan = aPlan(await anInventory(parts), more);
  const all = {
    namespace: 'migrations',
    answersText: 'name: shop\n',
    inventoryDigest: 'sha256:1',
    action: undefined,
    ...settings,
  };
  return objectsOf(plan, all);
}

describe('objectsOf', () => {
  it('has the ConfigMap that owns the others first, and no value of a Secret', async () => {
    const found = await objects({ action: 'cutover' });
    expect(found.map(({ resource, login }) => `${stringAt(resource, 'kind') ?? ''} ${login ?? '-'}`)).toEqual([
      'ConfigMap -',
      'Secret source',
      'Secret destination',
      'PipelineRun -',
    ]);
    const secrets = found.filter(({ login }) => login !== undefined).map(({ resource }) => Object.keys(resource));
    expect(secrets).toEqual(Array(2).fill(['apiVersion', 'kind', 'metadata', 'type']));
  });

  it('has the answers and the plan of images in its published form', async () => {
    const [first] = await objects();
    expect(stringAt(first?.resource, 'data', 'answers.yaml')).toBe('name: shop\n');
    const plan: unknown = JSON.parse(stringAt(first?.resource, 'data', 'plan.json') ?? '');
    expect(plan).toMatchObject({
      inventoryDigest: 'sha256:1',
      estimate: { images: 1 },
      runs: [{ action: 'stage' }, { action: 'cutover' }],
    });
    expect(parseSyncPlan(JSON.stringify(valueAt(plan, 'images')), 'plan.json').images).toHaveLength(1);
  });

  it('has no plan of images when none is copied', async () => {
    const [first] = await objects({}, { images: { copy: false } });
    expect(JSON.parse(stringAt(first?.resource, 'data', 'plan.json') ?? '')).not.toHaveProperty('images');
  });

  it('leaves the images out of a plan that no ConfigMap could hold', async () => {
    const tags = Object.fromEntries(
      [...Array(3000).keys()].map((tag) => [
        `tag-${String(tag)}`,
        { items: [`${internal}/shop/web@sha256:${String(tag).padStart(64, '0')}`] },
      ]),
    );
    const [first] = await objects({}, {}, { resources: [aStream('web', tags)] });
    const text = stringAt(first?.resource, 'data', 'plan.json') ?? '';
    expect(text.length).toBeLessThan(10_000);
    expect(JSON.parse(text)).toMatchObject({ estimate: { images: 3000 } });
  });

  it('makes no Secret for a login that exists', async () => {
    const credentials = { source: { kind: 'secret' as const, secret: 's' } };
    expect((await objects({}, { credentials })).map(({ login }) => login)).toEqual([undefined, 'destination']);
  });

  it('gives a run its volume, account, group and limit', async () => {
    const run = {
      serviceAccount: 'mover',
      volumeSize: '5Gi',
      storageClass: 'fast',
      fsGroup: 0,
      caConfigMap: 'ca',
      timeoutMinutes: 30,
    };
    const cutover = (await objects({ action: 'cutover' }, { run })).at(-1)?.resource;
    expect(cutover).toMatchObject({
      metadata: {
        generateName: 'shop-cutover-',
        namespace: 'migrations',
        labels: { 'crane-tasks.dev/migration': 'shop', 'crane-tasks.dev/action': 'cutover' },
      },
      spec: {
        pipelineRef: { name: 'crane-cutover' },
        timeouts: { pipeline: '30m' },
        taskRunTemplate: { serviceAccountName: 'mover', podTemplate: { securityContext: { runAsNonRoot: true } } },
      },
    });
    expect(valueAt(cutover, 'spec', 'workspaces')).toEqual([
      {
        name: 'shared-data',
        volumeClaimTemplate: {
          spec: {
            accessModes: ['ReadWriteOnce'],
            resources: { requests: { storage: '5Gi' } },
            storageClassName: 'fast',
          },
        },
      },
      { name: 'ca-bundle', configMap: { name: 'ca' } },
    ]);
  });

  it('gives a run for volumes no authorities of registries', async () => {
    const stage = (await objects({ action: 'stage' }, { run: { caConfigMap: 'ca' } })).at(-1)?.resource;
    expect(valueAt(stage, 'spec', 'workspaces')).toHaveLength(1);
    expect(valueAt(stage, 'spec', 'taskRunTemplate', 'podTemplate', 'securityContext', 'fsGroup')).toBe(65532);
  });
});

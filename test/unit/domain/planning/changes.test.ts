import { describe, expect, it } from 'vitest';

import { stringAt, valueAt } from '../../../../src/domain/core/json-object.ts';
import { changeFiles, transformWishes } from '../../../../src/domain/planning/changes.ts';
import { planMoveImages } from '../../../../src/domain/planning/plan-images.ts';
import { objectsOf } from '../../../../src/domain/planning/run-objects.ts';
import { readStoredMigration } from '../../../../src/domain/planning/stored-migration.ts';
import type { MoveAnswers } from '../../../../src/domain/schemas/documents.ts';
import { aClaim, anInventory, aPlan, complete, named, problemsOf } from '../../../builders/planning.ts';

const all: Partial<MoveAnswers> = {
  source: { namespace: 'shop', labelSelector: 'app=web' },
  changes: {
    namespaces: [{ from: 'ledger', to: 'books' }],
    modernize: 'gateway',
    gateway: 'infra/public',
    routeDomain: 'apps.example.com',
    skipPlugins: ['OpenShiftPlugin'],
    patches: 'target: {kind: ConfigMap}\npatch: []\n',
  },
};

const params = {
  'label-selector': 'app=web',
  'namespace-mapping': 'ledger=books',
  modernize: 'gateway',
  'skip-plugins': 'OpenShiftPlugin',
};

describe('changes of the resources', () => {
  it('become params and files of the runs that apply, and the selector of all that export', async () => {
    const inventory = await anInventory({ resources: [aClaim('data')] });
    const [stage, cutover] = aPlan(inventory, all).runs;
    expect(cutover).toMatchObject({ params, files: ['patches', 'craneconfig'] });
    expect(cutover?.params['claims']).toBe('data');
    expect(stage?.params).not.toHaveProperty('modernize');
    expect(stage).not.toHaveProperty('files');
    const [images] = aPlan(inventory, { ...all, action: 'images' }).runs;
    expect(images?.params).toMatchObject({ 'label-selector': 'app=web' });
    expect(images?.params).not.toHaveProperty('modernize');
  });

  it('are in the ConfigMap, which the run binds', async () => {
    const plan = aPlan(await anInventory(), all);
    const settings = { namespace: 'migrations', answersText: '', inventoryDigest: '', action: 'app' as const };
    const objects = objectsOf(plan, settings).map(({ resource }) => resource);
    const [configMap] = objects;
    expect(stringAt(configMap, 'data', 'patches.yaml')).toBe(all.changes?.patches);
    expect(JSON.parse(stringAt(configMap, 'data', 'crane.yaml') ?? '')).toEqual({
      'optional-flags': { gateway: 'infra/public', 'route-domain': 'apps.example.com' },
    });
    const file = (name: string, key: string) => ({
      name,
      configMap: { name: 'migration-shop', items: [{ key, path: key }] },
    });
    expect(valueAt(objects.at(-1), 'spec', 'workspaces')).toEqual([
      expect.objectContaining({ name: 'shared-data' }),
      file('patches', 'patches.yaml'),
      file('craneconfig', 'crane.yaml'),
    ]);
    const { metadata, ...rest } = configMap ?? {};
    const kept = readStoredMigration({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      ...rest,
      metadata: { ...(typeof metadata === 'object' ? metadata : {}), name: 'migration-shop' },
    });
    expect(kept?.runs[0]?.files).toEqual(['patches', 'craneconfig']);
  });

  it('are absent when nothing is changed', async () => {
    const inventory = await anInventory();
    expect(changeFiles(complete(inventory))).toEqual({});
    expect(changeFiles(complete(inventory, { changes: { ingressClass: 'public' } }))).toEqual({});
    expect(aPlan(inventory).runs[0]).not.toHaveProperty('files');
  });

  it.each<[Partial<MoveAnswers>, string]>([
    [{ source: { namespace: 'shop', labelSelector: 'app in' } }, 'error selector-invalid source.labelSelector'],
    [{ changes: { modernize: 'gateway' } }, 'error changes-invalid changes.modernize'],
    [{ changes: { modernize: 'ingress', ingressClass: 'Not A Name' } }, 'error changes-invalid changes.modernize'],
  ])('are refused: %j', async (more, expected) => {
    expect(named(problemsOf(await anInventory(), more))).toEqual([expected]);
    expect(named(problemsOf(await anInventory(), { ...more, action: 'volumes' }))).toEqual([]);
  });

  it('are what the Pipelines ask of crane-transform', async () => {
    const inventory = await anInventory();
    const answers = complete(inventory, all);
    const images = planMoveImages(inventory, answers);
    const plan = images.kind === 'planned' ? images.plan : undefined;
    const { internal, public: outside } = answers.images.sourceRegistry;
    const to = answers.images.destinationRegistry;
    for (const known of [plan, undefined]) {
      expect(transformWishes(answers, known)).toEqual({
        optionalFlags: JSON.stringify({
          'src-internal-registry': internal,
          gateway: 'infra/public',
          'route-domain': 'apps.example.com',
        }),
        registryReplacement: `${internal}/shop=${to.internal}/shop,${outside}/shop=${to.public}/shop,`,
        copiesImages: true,
        modernize: 'gateway',
        namespaceMapping: 'shop=shop,ledger=books',
        skipPlugins: 'OpenShiftPlugin',
        pluginPriorities: '',
      });
    }
    expect(transformWishes(complete(inventory), undefined)).toMatchObject({ modernize: '', skipPlugins: '' });
  });
});

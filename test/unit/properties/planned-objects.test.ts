import { describe, expect, it } from 'vitest';

import { sha256Of } from '../../../src/adapters/files/digest.ts';
import { yamlCodec } from '../../../src/adapters/yaml/yaml-codec.ts';
import type { Resource } from '../../../src/domain/kube/resource.ts';
import type { RunAction } from '../../../src/domain/planning/run-action.ts';
import type { MoveAnswers } from '../../../src/domain/schemas/documents.ts';
import { planFromInventory } from '../../../src/usecases/planning/plan-migration.ts';
import { goldenPath } from '../../builders/command.ts';
import { aDeployment, aResource, aStream, digest, internal } from '../../builders/image-plan.ts';
import { aClaim, anInventory, theAnswers } from '../../builders/planning.ts';

interface Application {
  readonly resources: readonly Resource[];
  readonly answers: Partial<MoveAnswers>;
  readonly actions: readonly RunAction[];
}

const plainClaim = { spec: { storageClassName: 'slow' } };
const settings = Array.from({ length: 5000 }, (_, index) => aResource('ConfigMap', `settings-${String(index)}`));

/** Like the applications of the testbed: with images, with claims, with both, with nothing, and with many objects. */
const applications: Readonly<Record<string, Application>> = {
  shop: {
    resources: [
      aStream('web', { 1: { items: [`${internal}/shop/web@${digest('a')}`] } }),
      aStream('api', { 2: { items: [`${internal}/shop/api@${digest('b')}`] } }),
      aDeployment('web', `${internal}/shop/web:1`),
      aDeployment('api', `${internal}/shop/api:2`),
    ],
    answers: { images: { exclude: ['shop/api:2'], ifExists: 'skip' } },
    actions: ['app'],
  },
  ledger: {
    resources: [aDeployment('ledger', 'registry.example/ledger:1'), aClaim('data', plainClaim), aClaim('audit')],
    answers: {
      destination: { namespace: 'books' },
      claims: { settings: [{ name: 'data', newName: 'entries', size: '2Gi' }], endpointType: 'route', runAsUser: 0 },
      credentials: { source: { kind: 'secret', secret: 'old' } },
    },
    actions: ['stage', 'cutover'],
  },
  diary: {
    resources: [
      aStream('diary', { 1: { items: [`${internal}/shop/diary@${digest('c')}`] } }),
      aDeployment('diary', `${internal}/shop/diary:1`),
      aClaim('pages'),
    ],
    answers: { changes: { modernize: 'ingress', ingressClass: 'public' }, run: { timeoutMinutes: 30 } },
    actions: ['stage', 'cutover'],
  },
  none: { resources: [], answers: {}, actions: ['app'] },
  // Kinds and platforms are chosen.
  chosen: {
    resources: [
      aStream('web', { 1: { items: [`${internal}/shop/web@${digest('a')}`] } }),
      aDeployment('web', `${internal}/shop/web:1`),
      aResource('ConfigMap', 'settings'),
    ],
    answers: {
      source: {
        namespace: 'shop',
        includeResources: ['imagestreams', 'deployments.apps'],
        excludeResources: ['secrets'],
      },
      images: { platforms: ['linux/arm64', 'linux/amd64'], exclude: ['shop/old:*'] },
    },
    actions: ['app'],
  },
  many: { resources: settings, answers: { source: { namespace: 'shop', labelSelector: 'app=web' } }, actions: ['app'] },
};

const cases = Object.entries(applications).flatMap(([name, { actions }]) =>
  actions.map((action) => [name, action] as const),
);

describe('the objects of a migration', () => {
  it.each(cases)('of %s for the run %s are the known ones, byte for byte', async (name, action) => {
    const { resources = [], answers = {} } = applications[name] ?? {};
    const given = theAnswers({ name, ...answers });
    const texts = [];
    for (const list of [resources, resources.toReversed()]) {
      const inventory = await anInventory({ resources: list });
      const request = { given, namespace: 'migrations', action };
      const { objectsText, problems } = planFromInventory(inventory, request, { sha256: sha256Of, yaml: yamlCodec });
      expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
      texts.push(objectsText);
    }
    expect(texts[1]).toBe(texts[0]);
    await expect(texts[0]).toMatchFileSnapshot(goldenPath(`planning/${name}-${action}.yaml`));
  });
});

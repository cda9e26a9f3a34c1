import { describe, expect, it } from 'vitest';

import type { Resource } from '../../../../src/domain/kube/resource.ts';
import { noWishes } from '../../../../src/domain/volumes/claim-wishes.ts';
import { validateMove } from '../../../../src/usecases/validate/validate-move.ts';
import { silentLog } from '../../../builders/test-cluster.ts';
import { aResource } from '../../../builders/transform.ts';

const served = (group: string, version: string, kind: string) => ({
  group,
  version,
  kind,
  plural: `${kind.toLowerCase()}s`,
  namespaced: true,
  verbs: ['create'],
});
const surface = {
  schemaVersion: 1 as const,
  clusterUid: 'a',
  version: 'v1.36.2',
  namespace: 'shop',
  kinds: [served('policy', 'v1', 'PodDisruptionBudget'), served('apps', 'v1', 'Deployment'), served('', 'v1', 'Pod')],
  unknown: [],
  storageClasses: [],
  quotas: [],
  limitRanges: [],
  unread: [],
};

async function validate(resources: readonly Resource[]): Promise<readonly string[]> {
  const { items } = await validateMove(
    {
      resources,
      unread: [],
      surface,
      namespace: '',
      sourceNamespace: 'shop',
      steps: new Set(),
      registries: [],
      claimWishes: noWishes,
    },
    {
      destination: undefined,
      source: undefined,
      log: silentLog,
      reachRegistry: () => Promise.reject(new Error()),
      makeList: () => [],
    },
  );
  return items.map(({ id, outcome, reason }) => `${id}: ${outcome} ${reason}`);
}

const exported = (type: string, name: string, more: Readonly<Record<string, unknown>> = {}): Resource =>
  aResource(type, name, { ...more, metadata: { uid: 'a' } });

describe('validating an export', () => {
  it('judges objects of an old version by the one that they get', async () => {
    expect(await validate([exported('policy/v1beta1 PodDisruptionBudget', 'web')])).toContain(
      'kind policy/v1 PodDisruptionBudget: done served',
    );
    const manifest = aResource('policy/v1beta1 PodDisruptionBudget', 'web');
    expect(await validate([manifest])).toContain('kind policy/v1beta1 PodDisruptionBudget: done converted');
  });

  it('lists names that lead nowhere as open questions', async () => {
    const spec = { containers: [{ name: 'a', envFrom: [{ secretRef: { name: 'login' } }] }] };
    const pod = exported('v1 Pod', 'web', { spec });
    expect(await validate([pod])).toContain('references of v1 Pod shop/web: skipped reference-missing');
    const token = exported('v1 Secret', 'login', { type: 'kubernetes.io/service-account-token' });
    expect(await validate([pod, token])).toContain('references of v1 Pod shop/web: skipped reference-missing');
    expect((await validate([pod, exported('v1 Secret', 'login')])).filter((line) => /^references/.test(line))).toEqual(
      [],
    );
  });
});

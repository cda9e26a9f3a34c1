import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { yamlCodec } from '../../../../src/adapters/yaml/yaml-codec.ts';
import { arrayAt, stringAt, valueAt } from '../../../../src/domain/core/json-object.ts';
import { accountObjects, namespaceRules, sharedRules } from '../../../../src/domain/planning/account-objects.ts';
import { aClaim, anInventory, aPlan } from '../../../builders/planning.ts';

/** The rules of the ClusterRoles of a sample: the first is bound in the namespace, the second in the cluster. */
function rulesOf(path: string): readonly unknown[] {
  const documents = yamlCodec.parse(readFileSync(`samples/${path}`, 'utf8'), path);
  return documents.filter((each) => stringAt(each, 'kind') === 'ClusterRole').map((each) => arrayAt(each, 'rules'));
}

describe('rules', () => {
  it.each([
    ['source', false, 'app-migration/source-account.yaml'],
    ['destination', false, 'app-migration/destination-account.yaml'],
    ['source', true, 'cutover/source-account.yaml'],
    ['destination', true, 'cutover/destination-account.yaml'],
  ] as const)('of the %s, with claims %j, are those of samples/%s', (side, hasClaims, path) => {
    expect([namespaceRules(side, hasClaims), sharedRules(side, hasClaims)]).toEqual(rulesOf(path));
  });
});

describe('accountObjects', () => {
  it('binds a Role in the namespace, and a ClusterRole with a name of its own', async () => {
    const plan = aPlan(await anInventory({ resources: [aClaim('data')] }), { destination: { namespace: 'shop-2' } });
    const { name, own, shared } = accountObjects(plan, 'destination');
    const described = [...own, ...shared].map(
      (each) =>
        `${stringAt(each, 'kind') ?? ''} ${stringAt(each, 'metadata', 'namespace') ?? '-'}/${stringAt(each, 'metadata', 'name') ?? ''}`,
    );
    expect(described).toEqual([
      `ServiceAccount shop-2/${name}`,
      `Role shop-2/${name}`,
      `RoleBinding shop-2/${name}`,
      `ClusterRole -/${name}-shop-2`,
      `ClusterRoleBinding -/${name}-shop-2`,
    ]);
    for (const binding of [own[2], shared[1]]) {
      expect(valueAt(binding, 'subjects')).toEqual([{ kind: 'ServiceAccount', name, namespace: 'shop-2' }]);
    }
  });
});

import { describe, expect, it } from 'vitest';

import { readClaims } from '../../../../src/domain/planning/claim-inventory.ts';
import { aResource } from '../../../builders/image-plan.ts';
import { aClaim } from '../../../builders/planning.ts';

function mounting(type: string, claim: string, more: object = {}) {
  const [kind = '', name = ''] = type.split(' ');
  const volumes = [
    { name: 'v', persistentVolumeClaim: { claimName: claim } },
    { name: 'e', emptyDir: {} },
  ];
  const spec = { containers: [{ name: 'c' }], volumes };
  return kind === 'Pod'
    ? aResource(kind, name, { spec, ...more })
    : aResource(kind, name, { spec: { template: { spec } }, ...more });
}

describe('readClaims', () => {
  it('has the capacity of the volume, else what the claim asks for', () => {
    const grown = aClaim('grown', { status: { capacity: { storage: '3Gi' } } });
    const pending = aClaim('pending', { status: { phase: 'Pending', capacity: undefined } });
    expect(readClaims([grown, pending]).map(({ size, phase }) => `${size} ${phase}`)).toEqual([
      '3Gi Bound',
      '1Gi Pending',
    ]);
  });

  it('names the workloads that mount it, and not the pods of their controllers', () => {
    const owned = { metadata: { ownerReferences: [{ kind: 'ReplicaSet', name: 'web' }] } };
    const found = readClaims([
      aClaim('data'),
      mounting('Deployment web', 'data'),
      mounting('Pod web-1', 'data', owned),
      mounting('Pod alone', 'data'),
    ]);
    expect(found[0]?.consumers).toEqual(['Deployment web', 'Pod alone']);
  });

  it('finds the claims that the templates of a StatefulSet made, and no others', () => {
    const set = aResource('StatefulSet', 'db', {
      spec: { volumeClaimTemplates: [{ metadata: { name: 'data' } }, {}] },
    });
    const names = ['data-db-0', 'data-db-10', 'data-db-x', 'data-dbx-0'];
    const found = readClaims([set, ...names.map((name) => aClaim(name))]);
    expect(found.map(({ consumers }) => consumers.length)).toEqual([1, 1, 0, 0]);
  });

  it('leaves a claim without a size to the transfer, which reports it', () => {
    expect(readClaims([aClaim('odd', { spec: { resources: {} } })])).toEqual([]);
  });
});

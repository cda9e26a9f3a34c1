import { describe, expect, it } from 'vitest';

import { stringAt } from '../../../../src/domain/core/json-object.ts';
import type { ClusterRequest } from '../../../../src/domain/kube/cluster.ts';
import { accountObjects } from '../../../../src/domain/planning/account-objects.ts';
import { makeAccount } from '../../../../src/usecases/planning/make-account.ts';
import { aClusterWith } from '../../../builders/cluster.ts';
import { anInventory, aPlan } from '../../../builders/planning.ts';
import { thrownBy } from '../../../builders/task-error.ts';
import { refusal } from '../../../fakes/memory-cluster.ts';
import { silentLog } from '../../../fakes/silent-log.ts';

const granted = { status: { token: 'a.long.token', expirationTimestamp: '2026-01-01T08:00:00Z' } };

async function make(answer: (request: ClusterRequest) => unknown) {
  const requests: ClusterRequest[] = [];
  const cluster = aClusterWith((request) => {
    requests.push(request);
    return Promise.resolve(answer(request));
  });
  const objects = accountObjects(aPlan(await anInventory()), 'destination');
  const made = () => makeAccount({ objects, namespace: 'shop', hours: 2 }, { cluster, log: silentLog() });
  return { made, requests, redactor: cluster.redactor };
}

describe('makeAccount', () => {
  it('applies the account and its rights, then requests a token that expires', async () => {
    const { made, requests, redactor } = await make(({ method }) => (method === 'POST' ? granted : {}));
    const { token, expiresAt } = await made();
    expect([token.reveal(), expiresAt]).toEqual(['a.long.token', '2026-01-01T08:00:00Z']);
    expect(redactor.redact('token a.long.token')).not.toContain('a.long.token');
    expect(requests.map(({ body }) => stringAt(body, 'kind'))).toEqual([
      'ServiceAccount',
      'Role',
      'RoleBinding',
      'ClusterRole',
      'ClusterRoleBinding',
      'TokenRequest',
    ]);
    expect(requests.at(-1)).toMatchObject({
      path: '/api/v1/namespaces/shop/serviceaccounts/crane-migration-shop/token',
      body: { spec: { expirationSeconds: 7200 } },
    });
  });

  it('does without rights outside of the namespace when the user may not give them', async () => {
    const { made } = await make(({ path, method }) => {
      if (path.includes('clusterrole')) throw refusal(403, 'Forbidden', 'no');
      return method === 'POST' ? granted : {};
    });
    expect((await made()).expiresAt).toBe('2026-01-01T08:00:00Z');
  });

  it.each(['/roles/', '/clusterroles/'])('fails for any other refusal at %s', async (part) => {
    const { made } = await make(({ path }) => {
      if (path.includes(part)) throw refusal(500, 'InternalError', 'no');
      return {};
    });
    expect(await thrownBy(made)).toMatchObject({ code: 'cluster-refused' });
  });

  it('refuses an answer without a token', async () => {
    const { made } = await make(() => ({}));
    expect(await thrownBy(made)).toMatchObject({ code: 'unexpected-object' });
  });
});

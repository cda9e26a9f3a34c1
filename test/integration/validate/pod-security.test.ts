import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { isRefusal } from '../../../src/domain/kube/status-error.ts';
import { brokenControls } from '../../../src/domain/validate/pod-security.ts';
import { securityCases } from '../../builders/pod-security.ts';
import { startTestCluster, type TestCluster } from '../../builders/test-cluster.ts';

let cluster: TestCluster;
const levels = ['baseline', 'restricted'] as const;

beforeAll(async () => {
  cluster = await startTestCluster();
  for (const name of levels)
    await cluster.create('/api/v1/namespaces', {
      metadata: { name, labels: { 'pod-security.kubernetes.io/enforce': name } },
    });
});

afterAll(() => cluster.stop());

describe.each(levels)('the API server at level %s', (level) => {
  it.each(securityCases)('says the same of $what', async ({ spec, annotations }) => {
    const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'pod', namespace: level, annotations }, spec };
    const request = {
      method: 'POST',
      path: `/api/v1/namespaces/${level}/pods`,
      query: { dryRun: 'All' },
      body,
    } as const;
    const answer = await cluster.cluster.request(request).then(
      () => '',
      (error: unknown) => (isRefusal(error) ? error.message : String(error)),
    );
    const broken = brokenControls({ path: ['spec'], spec }, annotations ?? {}, level);
    if (broken.length === 0) expect(answer).toBe('');
    for (const control of broken) expect(answer).toContain(control);
  });
});

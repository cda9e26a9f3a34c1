import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { connectCluster } from '../../../src/adapters/kube/connect.ts';
import type { Cluster, ClusterRequest } from '../../../src/domain/kube/cluster.ts';
import type { SyncPlan } from '../../../src/domain/images/plan/sync-plan.ts';
import { createProjects, projectsOf } from '../../../src/usecases/images/copy/create-projects.ts';
import { refusal } from '../../fakes/memory-cluster.ts';
import { digest, location } from '../../builders/image-plan.ts';
import { silentLog, startTestCluster, type TestCluster } from '../../builders/test-cluster.ts';
import { thrownBy } from '../../builders/task-error.ts';

let test: TestCluster;

beforeAll(async () => {
  test = await startTestCluster();
  await test.create('/api/v1/namespaces', { metadata: { name: 'there' } });
});

afterAll(() => test.stop());

async function exists(name: string): Promise<boolean> {
  return test.cluster.request({ path: `/api/v1/namespaces/${name}` }).then(
    () => true,
    () => false,
  );
}

describe('namespaces for images', () => {
  it('are created where they are missing, once', async () => {
    await createProjects(test.cluster, ['there', 'new'], silentLog);
    expect(await exists('new')).toBe(true);
    await createProjects(test.cluster, ['there', 'new'], silentLog);
  });

  it('are refused by name when the account may not create them', async () => {
    const token = await test.makeAccount('there', 'pusher', []);
    const kubeconfig = await test.writeKubeconfig('pusher', { token });
    const cluster = await connectCluster({ kubeconfig, context: 'source', environment: {}, log: silentLog });
    const error = await thrownBy(() => createProjects(cluster, ['missing'], silentLog));
    await cluster.close();
    expect(error.code).toBe('forbidden');
    expect(error.message).toContain('creating namespace missing');
    expect(await exists('missing')).toBe(false);
  });

  it('are projects where the cluster has them, also when the account may see no namespaces', async () => {
    const asked: string[] = [];
    const request = ({ method = 'GET', path }: ClusterRequest): Promise<unknown> => {
      asked.push(`${method} ${path}`);
      if (path.endsWith('/taken')) return Promise.reject(refusal(403, 'Forbidden', 'no'));
      if (method === 'GET') return Promise.reject(refusal(404, 'NotFound', 'no'));
      return asked.some((each) => each.endsWith('/taken'))
        ? Promise.reject(refusal(409, 'AlreadyExists', 'taken'))
        : Promise.resolve({});
    };
    const cluster: Cluster = { ...test.cluster, request };
    await createProjects(cluster, ['new', 'taken'], silentLog);
    const project = 'POST /apis/project.openshift.io/v1/projectrequests';
    expect(asked).toEqual(['GET /api/v1/namespaces/new', project, 'GET /api/v1/namespaces/taken', project]);
  });

  it('are the first parts of the repositories', () => {
    const image = { source: location('a.example/shop/web'), class: 'pushed', reason: 'pushed', usedBy: [] } as const;
    const images = ['new/web', 'new/team/db', 'tools/x', 'Not-A-Namespace/x'].map((path) => {
      return { ...image, destination: location(`b.example/${path}`), digest: digest('a'), tags: ['1'] };
    });
    const plan: SyncPlan = {
      schemaVersion: 1,
      source: { registry: 'a.example', internalRegistry: '' },
      destination: { registry: 'b.example', namespace: 'new' },
      images,
      skipped: [],
      problems: [],
    };
    const request = {
      kind: 'plan' as const,
      plan,
      leftOut: [],
      excluded: [],
      sourceRegistry: undefined,
      destinationRegistry: 'b.example',
    };
    expect(projectsOf(request)).toEqual(['new', 'tools', 'Not-A-Namespace']);
  });
});

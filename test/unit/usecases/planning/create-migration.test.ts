import { describe, expect, it } from 'vitest';

import { stringAt, valueAt, type JsonObject } from '../../../../src/domain/core/json-object.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';
import type { ClusterRequest } from '../../../../src/domain/kube/cluster.ts';
import type { PlannedObject } from '../../../../src/domain/planning/run-objects.ts';
import { createMigration } from '../../../../src/usecases/planning/create-migration.ts';
import { aClusterWith } from '../../../builders/cluster.ts';
import { thrownBy } from '../../../builders/task-error.ts';
import { refusal } from '../../../fakes/memory-cluster.ts';
import { silentLog } from '../../../fakes/silent-log.ts';

const objects: readonly PlannedObject[] = [
  { resource: { kind: 'ConfigMap', metadata: { name: 'migration-shop' } } },
  { resource: { kind: 'Secret', metadata: { name: 'shop-source' } }, login: 'source' },
  { resource: { kind: 'Secret', metadata: { name: 'shop-destination' } }, login: 'destination' },
  { resource: { kind: 'PipelineRun', metadata: { generateName: 'shop-app-' } } },
];

/** An API server with the objects of one namespace in memory. */
class Server {
  readonly objects = new Map<string, JsonObject>();
  readonly requests: ClusterRequest[] = [];
  onRequest: (request: ClusterRequest) => void = () => undefined;

  readonly cluster = aClusterWith(async (request) => {
    await Promise.resolve();
    this.requests.push(request);
    this.onRequest(request);
    if (request.method === 'DELETE') return this.objects.delete(request.path);
    const body = request.body as JsonObject;
    const name = stringAt(body, 'metadata', 'name') ?? `${stringAt(body, 'metadata', 'generateName') ?? ''}x1y2z`;
    const created = { ...body, metadata: { ...(body['metadata'] as JsonObject), name, uid: `uid-${name}` } };
    if (request.query?.['dryRun'] === undefined) this.objects.set(`${request.path}/${name}`, created);
    return created;
  });

  create() {
    const redactor = new Redactor();
    const login = { url: 'https://api.test', token: redactor.secret('sekret-token'), ca: '', expiresAt: '' };
    const logins = { source: login, destination: { ...login, ca: 'PEM', expiresAt: '' } };
    return createMigration({ objects, namespace: 'migrations', logins }, { cluster: this.cluster, log: silentLog() });
  }

  writes(): readonly ClusterRequest[] {
    return this.requests.filter(({ method, query }) => method === 'POST' && query?.['dryRun'] === undefined);
  }
}

describe('createMigration', () => {
  it('creates all objects, owned by the first, after the server has checked each', async () => {
    const server = new Server();
    const created = await server.create();
    expect(created.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'ConfigMap migration-shop',
      'Secret shop-source',
      'Secret shop-destination',
      'PipelineRun shop-app-x1y2z',
    ]);
    expect(server.requests.slice(0, 4).map(({ query }) => query)).toEqual(
      Array(4).fill({ dryRun: 'All', fieldValidation: 'Strict' }),
    );
    const [first, ...others] = [...server.objects.values()];
    expect(first).not.toHaveProperty('metadata.ownerReferences');
    const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'migration-shop', uid: 'uid-migration-shop' };
    expect(others.map((each) => valueAt(each, 'metadata', 'ownerReferences'))).toEqual(Array(3).fill([owner]));
  });

  it('puts the logins into the Secrets, with an authority where there is one', async () => {
    const server = new Server();
    await server.create();
    const data = [...server.objects.values()].flatMap((each) => each['stringData'] ?? []);
    const login = { url: 'https://api.test', token: 'sekret-token' };
    expect(data).toEqual([login, { ...login, 'ca.crt': 'PEM' }]);
  });

  it.each([0, 1, 2, 3])('creates nothing when the server refuses object %i in its check', async (place) => {
    const server = new Server();
    server.onRequest = () => {
      if (server.requests.length === place + 1) throw refusal(422, 'Invalid', 'no');
    };
    expect(await thrownBy(() => server.create())).toMatchObject({ code: 'cluster-refused' });
    expect([server.writes().length, server.objects.size]).toEqual([0, 0]);
  });

  it.each([0, 1, 2, 3])('deletes what it created when object %i fails', async (place) => {
    const server = new Server();
    server.onRequest = () => {
      if (server.writes().length === place + 1 && server.requests.at(-1)?.method === 'POST')
        throw refusal(500, 'x', 'no');
    };
    expect(await thrownBy(() => server.create())).toMatchObject({ code: 'cluster-refused' });
    expect(server.objects.size).toBe(0);
    expect(server.requests.filter(({ method }) => method === 'DELETE')).toHaveLength(place);
  });

  it('names what it cannot delete', async () => {
    const server = new Server();
    server.onRequest = ({ method, path }) => {
      if (path.endsWith('/pipelineruns') && server.writes().length === 4) throw refusal(500, 'x', 'broken');
      if (method === 'DELETE' && path.endsWith('shop-source')) throw refusal(403, 'Forbidden', 'may not delete');
      if (method === 'DELETE' && path.endsWith('shop-destination')) throw refusal(404, 'NotFound', 'gone');
    };
    const error = await thrownBy(() => server.create());
    expect(error.message).toContain('could not delete Secret migrations/shop-source');
    expect(error.remedy).toContain('Delete these by hand');
    expect([...server.objects.keys()]).toEqual([
      '/api/v1/namespaces/migrations/secrets/shop-source',
      '/api/v1/namespaces/migrations/secrets/shop-destination',
    ]);
  });
});

import type { Cluster, ClusterRequest } from '../../src/domain/kube/cluster.ts';
import { Redactor } from '../../src/domain/core/secret.ts';
import type { ExportStore } from '../../src/usecases/exports/export-store.ts';
import { refusal } from './memory-cluster.ts';

interface StoredObject {
  readonly metadata: { readonly name: string; readonly uid?: string; readonly resourceVersion?: string };
}

/** The ConfigMaps of one namespace in memory, with versions as an API server has them. */
export class MemoryExports {
  readonly objects = new Map<string, StoredObject>();
  readonly redactor = new Redactor();
  /** Runs before each request; throws what the request fails with. */
  before: (request: ClusterRequest) => void = () => undefined;
  #version = 0;

  /** A store of a run. */
  store(owner: string, now: () => number): ExportStore {
    const cluster: Cluster = {
      redactor: this.redactor,
      contextName: 'local',
      server: 'https://local.test',
      request: (request) => Promise.resolve().then(() => this.#answer(request)),
      token: () => Promise.resolve(undefined),
      close: () => Promise.resolve(),
    };
    return { cluster, namespace: 'course', owner, now };
  }

  #answer(request: ClusterRequest): unknown {
    this.before(request);
    const { method = 'GET', path, body } = request;
    if (!path.includes('/configmaps')) throw refusal(404, 'NotFound', 'not served');
    const name = /configmaps\/([^/]+)$/.exec(path)?.[1];
    const present = this.objects.get(name ?? '');
    if (method === 'GET' && name === undefined)
      return { kind: 'ConfigMapList', apiVersion: 'v1', metadata: {}, items: [...this.objects.values()] };
    if (method === 'POST') return this.#create(body as StoredObject);
    if (present === undefined) throw refusal(404, 'NotFound', 'not found');
    if (method === 'PUT') return this.#replace(present, body as StoredObject);
    if (method === 'DELETE') this.objects.delete(name ?? '');
    return present;
  }

  #create(body: StoredObject): StoredObject {
    if (this.objects.has(body.metadata.name)) throw refusal(409, 'AlreadyExists', 'exists');
    return this.#put(body, `uid-${String(this.#version)}`);
  }

  #replace(present: StoredObject, body: StoredObject): StoredObject {
    if (present.metadata.resourceVersion !== body.metadata.resourceVersion) throw refusal(409, 'Conflict', 'changed');
    return this.#put(body, present.metadata.uid ?? '');
  }

  #put(body: StoredObject, uid: string): StoredObject {
    this.#version += 1;
    const metadata = { ...body.metadata, namespace: 'course', uid, resourceVersion: String(this.#version) };
    const object = { ...body, apiVersion: 'v1', kind: 'ConfigMap', metadata };
    this.objects.set(metadata.name, object);
    return object;
  }
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { isObject, type JsonObject } from '../../src/domain/core/json-object.ts';
import type { Cluster } from '../../src/domain/kube/cluster.ts';
import { memoryObjects } from './release-scene.ts';

/** What use cases that only read and write objects need of a cluster, in memory. */
export interface MemoryStore {
  readonly cluster: Cluster;
  /** A folder that goes away with the store. */
  readonly scratch: string;
  create(path: string, body: JsonObject): Promise<unknown>;
  stop(): Promise<void>;
}

/** As a server does it: an object of a path with a namespace has that namespace. */
function inNamespace(path: string, body: JsonObject): JsonObject {
  const namespace = /\/namespaces\/([^/]+)\//.exec(path)?.[1];
  const metadata = body['metadata'];
  return namespace === undefined || !isObject(metadata) ? body : { ...body, metadata: { ...metadata, namespace } };
}

export async function startMemoryStore(): Promise<MemoryStore> {
  const scratch = await mkdtemp(join(tmpdir(), 'memory-store-'));
  const { cluster } = memoryObjects({});
  return {
    cluster,
    scratch,
    create: (path, body) => cluster.request({ method: 'POST', path, body: inNamespace(path, body) }),
    stop: () => rm(scratch, { recursive: true, force: true }),
  };
}

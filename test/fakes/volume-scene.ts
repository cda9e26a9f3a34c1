import { ClusterStatusError } from '../../src/domain/kube/status-error.ts';
import { arrayAt, isObject, stringAt, valueAt, type JsonObject } from '../../src/domain/core/json-object.ts';
import { formatEvent, type MoverEnd } from '../../src/domain/volumes/mover-protocol.ts';
import { noTotals } from '../../src/domain/volumes/copier/volume-copier.ts';
import { Redactor } from '../../src/domain/core/secret.ts';
import type { Cluster, ClusterRequest } from '../../src/domain/kube/cluster.ts';
import type { Log } from '../../src/domain/core/ports.ts';
import type { VolumePorts } from '../../src/usecases/volumes/transfer/ports.ts';
import { transferVolumes, type TransferVolumesInput } from '../../src/usecases/volumes/transfer/transfer-volumes.ts';

const redactor = new Redactor();

/** Two clusters in memory whose Jobs make pods that run at once, and whose mover ends as told. */
export interface VolumeScene {
  readonly source: FakeCluster;
  readonly destination: FakeCluster;
}

export const equalEnd: MoverEnd = {
  verdict: 'equal',
  message: '',
  totals: { ...noTotals, files: 2, bytes: 10, copiedFiles: 2, copiedBytes: 10 },
  digest: 'sha256:aa',
  problems: 0,
  changed: 0,
  retries: 0,
};

/** An API server that keeps what is put into it, by path. Deleting a Job deletes what it owns, as the cluster does. */
export class FakeCluster implements Cluster {
  readonly redactor = redactor;
  readonly contextName: string;
  readonly server: string;
  readonly objects = new Map<string, JsonObject>();
  /** Every body that was ever sent, by method and path. */
  readonly sent: { readonly request: string; readonly body: unknown }[] = [];
  /** Answers before anything else; undefined leaves it to the cluster. */
  answer: (request: ClusterRequest) => unknown = () => undefined;
  log = formatEvent({ event: 'end', ...equalEnd });

  constructor(name: string) {
    this.contextName = name;
    this.server = `https://${name}.test`;
    this.put('/api/v1/namespaces/kube-system', { metadata: { name: 'kube-system', uid: `uid-of-${name}` } });
    this.put('/api/v1/namespaces/shop', { metadata: { name: 'shop' } });
    this.put('/apis/storage.k8s.io/v1/storageclasses/standard', { metadata: { name: 'standard' } });
  }

  put(path: string, object: JsonObject): void {
    this.objects.set(path, object);
  }

  request(request: ClusterRequest): Promise<unknown> {
    const { method = 'GET', path, body } = request;
    if (method !== 'GET') this.sent.push({ request: `${method} ${path}`, body });
    return Promise.resolve().then(() => this.answer(request) ?? this.#answer(request));
  }

  token(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Bodies that were sent to create objects of a kind. */
  created(kind: string): readonly unknown[] {
    return this.sent.filter(({ body }) => stringAt(body, 'kind') === kind).map(({ body }) => body);
  }

  #answer({ method = 'GET', path, body, query, asText }: ClusterRequest): unknown {
    if (method === 'POST' && isObject(body)) return this.#create(path, body);
    if (method === 'DELETE') return this.#delete(path);
    if (asText === true) return this.log;
    const found = this.objects.get(path);
    if (found !== undefined) return found;
    if (/\/(?:pods|jobs|deployments|statefulsets|persistentvolumeclaims|nodes)$/.test(path)) {
      return { items: this.#list(path, query?.['labelSelector'] ?? '') };
    }
    throw new ClusterStatusError('asking', { status: 404, reason: 'NotFound', message: path });
  }

  #list(path: string, selector: string): readonly JsonObject[] {
    const wanted = selector.split(',').filter((part) => part !== '');
    return [...this.objects]
      .filter(([place]) => place.startsWith(`${path}/`))
      .map(([, object]) => object)
      .filter((object) => {
        const labels = valueAt(object, 'metadata', 'labels');
        return wanted.every((part) => stringAt(labels, part.split('=')[0] ?? '') === part.split('=')[1]);
      });
  }

  #create(path: string, body: JsonObject): JsonObject {
    const name = stringAt(body, 'metadata', 'name') ?? '';
    const metadata = { ...(isObject(body['metadata']) ? body['metadata'] : {}), uid: `uid-of-${name}` };
    const spec = isObject(body['spec']) ? body['spec'] : {};
    const ports = arrayAt(spec, 'ports').map((port) => ({ ...(isObject(port) ? port : {}), nodePort: 30_001 }));
    const object = { ...body, metadata, ...(body['kind'] === 'Service' ? { spec: { ...spec, ports } } : {}) };
    this.put(`${path}/${name}`, object);
    if (body['kind'] === 'Job') {
      const pods = path.replace('/apis/batch/v1', '/api/v1').replace(/jobs$/, 'pods');
      this.put(`${pods}/${name}-pod`, { metadata: { ...metadata, name: `${name}-pod` }, status: { phase: 'Running' } });
    }
    return object;
  }

  #delete(path: string): JsonObject {
    const name = path.split('/').at(-1) ?? '';
    for (const [place, object] of this.objects) {
      const owner = stringAt(arrayAt(object, 'metadata', 'ownerReferences')[0], 'name');
      if (owner === name || place.endsWith(`/${name}-pod`) || place === path) this.objects.delete(place);
    }
    return {};
  }
}

export function makeScene(): VolumeScene {
  const source = new FakeCluster('source');
  source.put(claimPath('data'), aClaim('data'));
  return { source, destination: new FakeCluster('destination') };
}

/** What transfers made in a cluster and is still there. */
export function helpersLeft(cluster: FakeCluster): readonly string[] {
  return [...cluster.objects.keys()].filter((path) => path.includes('volume-'));
}

export function claimPath(name: string): string {
  return `/api/v1/namespaces/shop/persistentvolumeclaims/${name}`;
}

export function aClaim(name: string, spec: JsonObject = {}, status: JsonObject = { phase: 'Bound' }): JsonObject {
  const resources = { requests: { storage: '1Gi' } };
  return {
    metadata: { name, namespace: 'shop' },
    spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'standard', resources, ...spec },
    status,
  };
}

export function aPod(name: string, claim: string, more: JsonObject = {}): JsonObject {
  return {
    metadata: { name, namespace: 'shop' },
    spec: {
      nodeName: 'node-1',
      securityContext: { runAsUser: 1001, runAsGroup: 1002, fsGroup: 1003 },
      containers: [{ name: 'main', volumeMounts: [{ name: 'v' }] }],
      volumes: [{ name: 'v', persistentVolumeClaim: { claimName: claim } }],
      ...more,
    },
    status: { phase: 'Running' },
  };
}

const standardInput: TransferVolumesInput = {
  claims: 'data',
  destinationName: undefined,
  claimSettings: [],
  sourceNamespace: 'shop',
  destinationNamespace: 'shop',
  endpointType: 'node-port',
  endpointAddress: 'nodes.test',
  subdomain: undefined,
  ingressClass: undefined,
  clusterUid: undefined,
  storageClass: undefined,
  classMap: new Map(),
  size: undefined,
  accessModes: [],
  verify: true,
  live: false,
  checkOnly: false,
  delete: 'own',
  attributes: true,
  checkSpace: true,
  user: undefined,
  volumeGroup: undefined,
  image: 'transfer:1',
  pullSecrets: [],
  startSeconds: 30,
  endpointSeconds: 20,
  patienceSeconds: 60,
  parallel: 4,
};

/** Moves claims between the clusters of a scene; time passes only while the run waits. */
export async function move(
  { source, destination }: VolumeScene,
  change: Partial<TransferVolumesInput> = {},
  relay: VolumePorts['relay'] = () => Promise.reject(new Error('no relay in this scene')),
) {
  let now = 0;
  let names = 0;
  const lines: string[] = [];
  const log: Log = {
    redactor: new Redactor(),
    debug: () => undefined,
    info: (line) => void lines.push(line),
    warn: (line) => void lines.push(line),
    progress: (_done, _total, subject) =>
      void lines.push(typeof subject === 'string' ? subject : String(subject.message)),
    item: () => undefined,
  };
  const ports: VolumePorts = {
    source,
    destination,
    cleanUp: { source, destination },
    relay,
    log,
    now: () => now,
    sleep: (milliseconds) => {
      now += milliseconds;
      return Promise.resolve();
    },
    makeIdentity: (name) =>
      Promise.resolve({ certificate: `certificate of ${name}`, key: redactor.secret(`key of ${name}`) }),
    randomName: () => `run${String((names += 1))}`,
    sha256: (text) => `sha256:${Buffer.from(text).toString('hex').slice(-40)}`,
  };
  const outcome = await transferVolumes({ ...standardInput, ...change }, ports);
  return { outcome, lines };
}

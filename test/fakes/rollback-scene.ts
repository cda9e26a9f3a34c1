import type { Outcome } from '../../src/domain/reports/outcome.ts';
import { fieldManager, withCreationMark } from '../../src/domain/apply/creation-mark.ts';
import { arrayAt, isObject, stringAt } from '../../src/domain/core/json-object.ts';
import type { Resource } from '../../src/domain/kube/resource.ts';
import { pushedTags, splitTagName, viewOfTag, withoutSpecTags } from '../../src/domain/kube/stream-tag.ts';
import { formatJournalEntry } from '../../src/domain/apply/applied-object.ts';
import { sha256Of } from '../../src/adapters/files/digest.ts';
import { reportedDigest } from '../../src/usecases/cluster/content-digest.ts';
import type { Cluster, ClusterRequest } from '../../src/domain/kube/cluster.ts';
import { rollBack, type RollBackInput } from '../../src/usecases/rollback/roll-back.ts';
import { aHost } from '../builders/host.ts';
import { refusal } from './memory-cluster.ts';
import { Redactor } from '../../src/domain/core/secret.ts';

export const clusterUid = 'cluster-1';
const clusterScoped = ['PriorityClass', 'Namespace'];
const plurals: Readonly<Record<string, string>> = { PriorityClass: 'priorityclasses' };

/** An object as the server has it after these programs applied it. */
export function applied(resource: Resource, uid = `uid of ${resource.metadata.name}`): Resource {
  const managedFields = [{ manager: fieldManager, operation: 'Apply', time: '2026-01-01T00:00:00Z' }];
  const metadata = { ...resource.metadata, uid, resourceVersion: '7', managedFields };
  return { ...resource, metadata };
}

/** The item of a report about an object. */
export function itemOf(found: Resource, evidence: object = {}): object {
  const { apiVersion, kind, metadata } = found;
  const { name, namespace = '' } = metadata;
  const [uid, resourceVersion] = [stringAt(metadata, 'uid'), stringAt(metadata, 'resourceVersion')];
  const contentDigest = reportedDigest(found, sha256Of);
  const own = { apiVersion, kind, namespace, name, uid, resourceVersion, contentDigest, operation: 'created' };
  return { id: `${kind} ${name}`, outcome: 'done', reason: 'created', evidence: { ...own, ...evidence } };
}

/** A cluster and a folder in memory, and rollbacks of what is in the folder. */
export function aRollback(...objects: readonly Resource[]) {
  const host = aHost();
  const folder = host.openFolder('/run');
  const store = new Map(objects.map((object) => [pathOf(object), object]));
  const deleted: string[] = [];
  return {
    store,
    deleted,
    /** Writes a report and returns its digest. */
    report: async (
      items: readonly object[],
      input: object = {},
      path = 'kustomize/reports/kubectl-apply-kustomize',
    ) => {
      const text = JSON.stringify({ task: 'kubectl-apply-kustomize', input, items });
      await folder.write(`${path}.json`, text);
      return sha256Of(text);
    },
    /** Writes what a run would apply. */
    manifests: () => folder.write('kustomize/kustomization.yaml', 'resources: []\n'),
    images: (items: readonly object[]) =>
      folder.write('skopeo/reports/crane-skopeo-sync.json', JSON.stringify({ items })),
    journal: async (...found: readonly Resource[]) => {
      const lines = found.map((object) => {
        const { apiVersion, kind, metadata } = object;
        const contentDigest = reportedDigest(object, sha256Of);
        const evidence = { apiVersion, kind, namespace: metadata.namespace ?? '', name: metadata.name, contentDigest };
        const uid = stringAt(metadata, 'uid') ?? '';
        return formatJournalEntry({ path: pathOf(object), uid, operation: 'created', evidence });
      });
      await folder.write('kustomize/reports/kubectl-apply-kustomize.created', lines.join(''));
    },
    run: (input: Partial<RollBackInput> = {}): Promise<Outcome> =>
      rollBack(
        {
          ...{ appliers: ['kubectl-apply-kustomize', 'kubectl-apply-files'], copiers: ['crane-skopeo-sync'] },
          ...{ applied: folder, clusterUid: undefined, namespaces: ['shop'], reportDigests: [], allowChanged: [] },
          ...{ includeKinds: [], dryRun: false, timeoutSeconds: 0, ...input },
        },
        {
          cluster: aCluster(store, deleted),
          log: host.log,
          sha256: sha256Of,
          now: () => 0,
          sleep: () => Promise.resolve(),
        },
      ),
  };
}

/** Reasons by the id of each item. */
export function reasonsOf({ items }: Outcome): Readonly<Record<string, string>> {
  return Object.fromEntries(items.map(({ id, reason }) => [id, reason]));
}

/** A tag as these programs post it, in a stream's spec. */
export function tagInSpec(name: string, more: object = {}): object {
  const from = { kind: 'DockerImage', name: 'registry.test/web:1' };
  const metadata = { name };
  const { tag } = withCreationMark({ apiVersion: 'v1', kind: 'Tag', metadata, tag: { name, from } });
  return { ...(isObject(tag) ? tag : {}), ...more };
}

function pathOf({ apiVersion, kind, metadata }: Resource): string {
  const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const plural = plurals[kind] ?? `${kind.toLowerCase()}s`;
  const place = clusterScoped.includes(kind) ? '' : `/namespaces/${metadata.namespace ?? ''}`;
  return `${base}${place}/${plural}/${encodeURIComponent(metadata.name)}`;
}

function aCluster(store: Map<string, Resource>, deleted: string[]): Cluster {
  const kinds = ['ConfigMap', 'Secret', 'ImageStream', 'ImageStreamTag', ...clusterScoped];
  const request = ({ method = 'GET', path, body }: ClusterRequest): Promise<unknown> => {
    if (path === '/api/v1/namespaces/kube-system')
      return Promise.resolve({ metadata: { name: 'kube-system', uid: clusterUid } });
    if (/^\/apis?(?:\/[^/]+)?\/v1$/.test(path)) return Promise.resolve({ resources: kinds.map(toKind) });
    const found = store.get(path) ?? tagAt(store, path, method === 'DELETE');
    if (found === undefined) return Promise.reject(refusal(404, 'NotFound', 'not found'));
    if (method !== 'DELETE') return Promise.resolve(found);
    if (isObject(body) && 'dryRun' in body) return Promise.resolve({});
    deleted.push(path);
    if (!store.delete(path)) dropTag(store, path);
    return Promise.resolve({});
  };
  const token = (): Promise<undefined> => Promise.resolve(undefined);
  return {
    redactor: new Redactor(),
    contextName: 'destination',
    server: 'https://destination.test',
    request,
    token,
    close: () => Promise.resolve(),
  };
}

function toKind(kind: string): object {
  return { kind, name: plurals[kind] ?? `${kind.toLowerCase()}s`, namespaced: !clusterScoped.includes(kind) };
}

/** OpenShift shows a tag once it has an image, and deletes it also before. */
function tagAt(store: ReadonlyMap<string, Resource>, path: string, isDeletion: boolean): Resource | undefined {
  const { stream, tag } = streamAt(store, path);
  if (stream === undefined) return undefined;
  const isShown = isDeletion || pushedTags({ ...stream, spec: {} }).includes(tag);
  return isShown ? viewOfTag(stream, tag) : undefined;
}

function dropTag(store: Map<string, Resource>, path: string): void {
  const { stream, tag, streamPath } = streamAt(store, path);
  if (stream === undefined) throw new Error(`${path} is not in a stream`);
  const tags = arrayAt(stream, 'status', 'tags').filter((history) => stringAt(history, 'tag') !== tag);
  store.set(streamPath, { ...withoutSpecTags(stream, new Set([tag])), status: { tags } });
}

function streamAt(store: ReadonlyMap<string, Resource>, path: string) {
  const cut = path.lastIndexOf('/imagestreamtags/');
  const { stream: name, tag } = splitTagName(decodeURIComponent(path.slice(path.lastIndexOf('/') + 1)));
  const streamPath = cut < 0 ? '' : `${path.slice(0, cut)}/imagestreams/${name}`;
  return { stream: store.get(streamPath), tag, streamPath };
}

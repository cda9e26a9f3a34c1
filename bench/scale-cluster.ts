import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Kinds by group version, as `plural Kind`. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  '/api/v1': ['configmaps ConfigMap', 'secrets Secret', 'services Service', 'serviceaccounts ServiceAccount'],
  '/apis/apps/v1': ['deployments Deployment', 'statefulsets StatefulSet'],
  '/apis/apps.openshift.io/v1': ['deploymentconfigs DeploymentConfig'],
  '/apis/batch/v1': ['cronjobs CronJob'],
  '/apis/networking.k8s.io/v1': ['networkpolicies NetworkPolicy'],
  '/apis/rbac.authorization.k8s.io/v1': ['rolebindings RoleBinding'],
};

/** What a server keeps of an object. */
interface Stored {
  readonly uid: string;
  readonly version: string;
  readonly text: string;
}

/** An API server that stores what is applied to it, without a check. Its memory is not measured. */
export interface ScaleCluster {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a server that has the namespace `shop` and the kinds of a mixed export. */
export async function startScaleCluster(): Promise<ScaleCluster> {
  const collections = new Map<string, Map<string, Stored>>();
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://server');
      const isPartial = request.headers.accept?.includes('PartialObjectMetadataList') === true;
      const show = isPartial ? partOf : shown;
      const answer =
        request.method === 'GET' ? read(pathname, searchParams, show) : write(request.method, pathname, body);
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(answer ?? notFound);
    });
  });

  function read(path: string, query: URLSearchParams, show: Show): string | undefined {
    const fixed = fixedAnswer(path);
    if (fixed !== undefined) return fixed;
    const [, collection = '', name] = /^(.*\/namespaces\/[^/]+\/[^/]+)(?:\/([^/]+))?$/.exec(path) ?? [];
    const objects = collections.get(collection);
    if (name !== undefined) return shown([name, objects?.get(name)]);
    return page([...(objects ?? [])], query, show);
  }

  function write(method: string | undefined, path: string, body: string): string | undefined {
    const cut = path.lastIndexOf('/');
    const [collection, name] = [path.slice(0, cut), path.slice(cut + 1)];
    const objects = collections.get(collection) ?? new Map<string, Stored>();
    collections.set(collection, objects);
    const former = objects.get(name);
    if (method === 'DELETE') {
      objects.delete(name);
      return former === undefined ? undefined : '{"kind":"Status","status":"Success"}';
    }
    const number = String(objects.size + 1);
    const uid =
      former?.uid ?? `${String(collections.size).padStart(8, '0')}-0000-4000-8000-${number.padStart(12, '0')}`;
    const stored =
      former?.text === body ? former : { uid, version: `${String(collections.size)}${number}`, text: body };
    objects.set(name, stored);
    return shown([name, stored]);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const notFound = JSON.stringify({
  kind: 'Status',
  status: 'Failure',
  reason: 'NotFound',
  message: 'not found',
  code: 404,
});

function groups(): readonly object[] {
  return Object.keys(kinds)
    .filter((path) => path.startsWith('/apis/'))
    .map((path) => {
      const [, , name, version] = path.split('/');
      return { name, versions: [{ groupVersion: `${String(name)}/${String(version)}`, version }] };
    });
}

function fixedAnswer(path: string): string | undefined {
  if (path === '/api') return JSON.stringify({ kind: 'APIVersions', versions: ['v1'] });
  if (path === '/apis') return JSON.stringify({ kind: 'APIGroupList', groups: groups() });
  const [, namespace] = /^\/api\/v1\/namespaces\/([^/]+)$/.exec(path) ?? [];
  if (namespace !== undefined) {
    const metadata = { name: namespace, uid: namespace };
    return JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata, status: { phase: 'Active' } });
  }
  const found = kinds[path]?.map((each) => each.split(' '));
  if (found === undefined) return undefined;
  const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update'];
  const resources = found.map(([name, kind]) => ({ name, kind, namespaced: true, verbs }));
  return JSON.stringify({ kind: 'APIResourceList', groupVersion: path.replace(/^\/apis?\//, ''), resources });
}

type Show = (entry: readonly [name: string, stored: Stored | undefined]) => string | undefined;

const shown: Show = ([, stored]) => {
  if (stored === undefined) return undefined;
  const { uid, version, text } = stored;
  const managers = '[{"manager":"crane-tasks","operation":"Apply","apiVersion":"v1"}]';
  const fields = `"uid":"${uid}","resourceVersion":"${version}","managedFields":${managers},`;
  return text.replace('"metadata":{', `"metadata":{${fields}`);
};

const partOf: Show = ([name, stored]) => {
  const metadata = { name, namespace: 'shop', uid: stored?.uid, resourceVersion: stored?.version };
  return JSON.stringify({ apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata', metadata });
};

function page(objects: readonly [string, Stored][], query: URLSearchParams, show: Show): string {
  const start = Number(query.get('continue') ?? 0);
  const end = Math.min(objects.length, start + Number(query.get('limit') ?? objects.length));
  const token = end < objects.length ? String(end) : '';
  const items = objects.slice(start, end).map(show).join(',');
  return `{"kind":"List","metadata":{"resourceVersion":"1","continue":"${token}"},"items":[${items}]}`;
}

async function readBody(request: IncomingMessage): Promise<string> {
  request.setEncoding('utf8');
  let text = '';
  for await (const part of request) text += String(part);
  return text;
}

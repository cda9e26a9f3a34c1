import { gzipSync } from 'node:zlib';

/** Parts of a release; what is left out is that of a chart `web` with one Deployment. */
export interface ReleaseParts {
  readonly name?: string;
  readonly namespace?: string;
  readonly revision?: number;
  readonly status?: string;
  /** JSON, so that numbers can have any text. */
  readonly config?: string;
  readonly values?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly templates?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly lock?: unknown;
  readonly schema?: string;
  readonly manifest?: string;
  readonly hooks?: readonly { readonly path: string; readonly manifest: string }[];
}

export const webTemplate = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: {{ .Values.image }}
`;

/** The manifest of the template for an image. */
export function webManifest(image: string, name = 'web'): string {
  return `---
# Source: web/templates/web.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: ${image}
`;
}

/** The JSON of a release as Helm 3 stores it. */
export function releaseJson(parts: ReleaseParts = {}): string {
  const { name = 'web', namespace = 'shop', revision = 1, status = 'deployed' } = parts;
  const { config = '{}', values = '{"image":"nginx"}', metadata, lock = null } = parts;
  const files = (all: Readonly<Record<string, string>>) =>
    Object.entries(all).map(([path, text]) => ({ name: path, data: Buffer.from(text).toString('base64') }));
  const chart = {
    metadata: { apiVersion: 'v2', name: 'web', version: '1.2.3', ...metadata },
    lock,
    templates: files(parts.templates ?? { 'templates/web.yaml': webTemplate }),
    values: JSON.rawJSON('0'),
    schema: parts.schema === undefined ? null : Buffer.from(parts.schema).toString('base64'),
    files: files(parts.files ?? {}),
  };
  const record = {
    name,
    info: { status },
    chart,
    config: 0,
    manifest: parts.manifest ?? webManifest('nginx', name),
    hooks: parts.hooks ?? [],
    version: revision,
    namespace,
  };
  // rawJSON takes no objects, so that these texts are put in afterwards.
  return JSON.stringify(record)
    .replace('"values":0', () => `"values":${values}`)
    .replace('"config":0', () => `"config":${config}`);
}

/** The value of the key `release`, without the base64 of Kubernetes. */
export function encodeRelease(json: string): string {
  return gzipSync(json).toString('base64');
}

/** The object that Helm 3 stores a revision in. */
export function releaseObject(parts: ReleaseParts = {}, kind: 'Secret' | 'ConfigMap' = 'Secret') {
  const { name = 'web', revision = 1, status = 'deployed' } = parts;
  const release = encodeRelease(releaseJson(parts));
  return {
    apiVersion: 'v1',
    kind,
    metadata: {
      name: `sh.helm.release.v1.${name}.v${String(revision)}`,
      labels: { owner: 'helm', name, status, version: String(revision) },
    },
    ...(kind === 'Secret'
      ? { type: 'helm.sh/release.v1', data: { release: Buffer.from(release).toString('base64') } }
      : { data: { release } }),
  };
}

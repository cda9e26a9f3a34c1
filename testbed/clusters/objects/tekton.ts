import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { loadAll } from 'js-yaml';
import { readField, readList, readText } from '../json.ts';
import { moduleFolder } from '../programs.ts';
import type { TektonFamily } from '../sites.ts';

interface TektonImages {
  readonly family: TektonFamily;
  readonly tekton: ReadonlyMap<string, string>;
  readonly shell: string;
  /** PEM text of the local authority: the resolvers fetch bundles from registries that it vouches for. */
  readonly authority: string;
}

/** The releases that each go.mod pins; manifests in the module say `devel` in its place. */
const versions: Readonly<Record<TektonFamily, string>> = { tekton: 'v1.15.0', 'tekton-0.70': 'v0.70.0' };

/**
 * Without the first, the containers that Tekton adds to each pod break Pod Security `restricted`, and no PipelineRun
 * starts in a namespace that enforces it.
 */
const restrictedFlags = { 'set-security-context': 'true', 'set-security-context-read-only-root-filesystem': 'true' };

/**
 * What differs from Tekton's defaults, by ConfigMap. The old release is set up as OpenShift does it: a task may use two
 * volumes, and pods get a user and a group that they do not ask for.
 */
const settings: Readonly<Record<TektonFamily, Readonly<Record<string, object>>>> = {
  tekton: { 'feature-flags': restrictedFlags },
  'tekton-0.70': {
    'feature-flags': { ...restrictedFlags, coschedule: 'disabled', 'disable-affinity-assistant': 'true' },
    'config-defaults': {
      'default-pod-template': JSON.stringify({ securityContext: { runAsUser: 1_000_690_000, fsGroup: 1_000_690_000 } }),
    },
  },
};

/** All objects of Tekton Pipelines, and of its resolvers where their program is given, from the module's own manifests, with our images in them. */
export async function tektonObjects(images: TektonImages): Promise<object[]> {
  const config = path.join(await moduleFolder(images.family, 'github.com/tektoncd/pipeline'), 'config');
  const names = await readdir(config, { recursive: true });
  const texts = names
    .filter((name) => isWanted(name, images))
    .sort(byInstallOrder)
    .map((name) => readFileSync(path.join(config, name), 'utf8'));
  const objects = texts
    .flatMap((text) => loadAll(withImages(text, images)))
    .filter(isObject)
    .map((object) => withTrust(withSettings(object, settings[images.family])));
  return hasResolvers(images.tekton) ? [...objects, trustOf(images.authority)] : objects;
}

/** Names of all Deployments that must be available before a Tekton of these programs takes work. */
export function tektonDeployments(programs: ReadonlyMap<string, string>): readonly string[] {
  if (programs.size === 0) return [];
  const always = ['tekton-pipelines/tekton-pipelines-controller', 'tekton-pipelines/tekton-pipelines-webhook'];
  return hasResolvers(programs) ? [...always, 'tekton-pipelines-resolvers/tekton-pipelines-remote-resolvers'] : always;
}

function hasResolvers(programs: ReadonlyMap<string, string>): boolean {
  return programs.has('resolvers');
}

/** There are no metrics here for the autoscaler and no receiver of cloud events. */
function isWanted(name: string, { tekton }: TektonImages): boolean {
  const unwanted = ['webhook-hpa.yaml', 'events.yaml', 'config-leader-election-events.yaml'];
  return name.endsWith('.yaml') && !unwanted.includes(name) && (hasResolvers(tekton) || !name.startsWith('resolvers/'));
}

/** Namespaces first, wherever they stand. */
function byInstallOrder(first: string, second: string): number {
  const rank = (name: string): number => (name.endsWith('100-namespace.yaml') ? 0 : 1);
  return rank(first) - rank(second) || (first < second ? -1 : 1);
}

function withImages(text: string, images: TektonImages): string {
  return (
    text
      .replaceAll(
        /ko:\/\/github\.com\/tektoncd\/pipeline\/cmd\/(\w+)/g,
        (reference, program: string) => images.tekton.get(program) ?? reference,
      )
      .replaceAll(/("-shell-image", )"[^"]*"/g, (_, flag: string) => `${flag}"${images.shell}"`)
      .replaceAll(/\bdevel\b/g, versions[images.family])
      // YAML wants a closing bracket further in than its key; Go's parser does not mind, this one does.
      .replaceAll(/^( +)\]$/gm, '$1  ]')
  );
}

function withSettings(object: object, changes: Readonly<Record<string, object>>): object {
  const change = changes[readText(object, 'metadata', 'name') ?? ''];
  if (change === undefined || readText(object, 'kind') !== 'ConfigMap') return object;
  return { ...object, data: { ...fieldsOf(object, 'data'), ...change } };
}

const resolversNamespace = 'tekton-pipelines-resolvers';
const trustName = 'local-authority';

function trustOf(authority: string): object {
  const metadata = { name: trustName, namespace: resolversNamespace };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'ca.crt': authority } };
}

/** Lets the resolvers trust the local authority besides those of the system. */
function withTrust(object: object): object {
  if (readText(object, 'kind') !== 'Deployment') return object;
  if (readText(object, 'metadata', 'namespace') !== resolversNamespace) return object;
  const pod = readField(object, 'spec', 'template', 'spec');
  const containers = readList(pod, 'containers').map((container) => ({
    ...(isObject(container) ? container : {}),
    env: [...readList(container, 'env'), { name: 'SSL_CERT_DIR', value: '/etc/ssl/certs:/etc/local-authority' }],
    volumeMounts: [...readList(container, 'volumeMounts'), { name: trustName, mountPath: '/etc/local-authority' }],
  }));
  const volumes = [...readList(pod, 'volumes'), { name: trustName, configMap: { name: trustName } }];
  const template = { ...fieldsOf(object, 'spec', 'template'), spec: { ...fieldsOf(pod), containers, volumes } };
  return { ...object, spec: { ...fieldsOf(object, 'spec'), template } };
}

function fieldsOf(value: unknown, ...path: readonly string[]): object {
  const found = path.length === 0 ? value : readField(value, ...path);
  return isObject(found) ? found : {};
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { loadAll } from 'js-yaml';
import { readText } from '../json.ts';
import { moduleFolder } from '../programs.ts';

/** The release that go.mod pins; manifests in the module say `devel` in its place. */
const version = 'v1.15.0';

/**
 * Feature flags that differ from Tekton's defaults. Without the first, the containers that Tekton adds to each pod break
 * Pod Security `restricted`, and no PipelineRun starts in a namespace that enforces it.
 */
const featureFlags = { 'set-security-context': 'true', 'set-security-context-read-only-root-filesystem': 'true' };

/** All objects of Tekton Pipelines and its resolvers, from the module's own manifests, with our images in them. */
export async function tektonObjects(images: { tekton: ReadonlyMap<string, string>; shell: string }): Promise<object[]> {
  const config = path.join(await moduleFolder('tekton', 'github.com/tektoncd/pipeline'), 'config');
  const names = await readdir(config, { recursive: true });
  const texts = names
    .filter(isWanted)
    .sort(byInstallOrder)
    .map((name) => readFileSync(path.join(config, name), 'utf8'));
  return texts
    .flatMap((text) => loadAll(withImages(text, images)))
    .filter(isObject)
    .map(withFeatureFlags);
}

/** Names of all Deployments that must be available before Tekton takes work. */
export const tektonDeployments = [
  'tekton-pipelines/tekton-pipelines-controller',
  'tekton-pipelines/tekton-pipelines-webhook',
  'tekton-pipelines-resolvers/tekton-pipelines-remote-resolvers',
] as const;

/** There are no metrics here for the autoscaler to look at, and nobody to take cloud events. */
function isWanted(name: string): boolean {
  return (
    name.endsWith('.yaml') && !['webhook-hpa.yaml', 'events.yaml', 'config-leader-election-events.yaml'].includes(name)
  );
}

/** Namespaces first, wherever they stand. */
function byInstallOrder(first: string, second: string): number {
  const rank = (name: string): number => (name.endsWith('100-namespace.yaml') ? 0 : 1);
  return rank(first) - rank(second) || (first < second ? -1 : 1);
}

function withImages(text: string, images: { tekton: ReadonlyMap<string, string>; shell: string }): string {
  return (
    text
      .replaceAll(
        /ko:\/\/github\.com\/tektoncd\/pipeline\/cmd\/(\w+)/g,
        (reference, program: string) => images.tekton.get(program) ?? reference,
      )
      .replaceAll(/("-shell-image", )"[^"]*"/g, (_, flag: string) => `${flag}"${images.shell}"`)
      .replaceAll(/\bdevel\b/g, version)
      // YAML wants a closing bracket further in than its key; Go's parser does not mind, this one does.
      .replaceAll(/^( +)\]$/gm, '$1  ]')
  );
}

function withFeatureFlags(object: object): object {
  const isFlags = readText(object, 'kind') === 'ConfigMap' && readText(object, 'metadata', 'name') === 'feature-flags';
  if (!isFlags || !('data' in object) || !isObject(object.data)) return object;
  return { ...object, data: { ...object.data, ...featureFlags } };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

import { arrayAt, isEqualJson, stringAt, valueAt, type JsonObject } from '../core/json-object.ts';
import { keyOf, type Resource } from '../kube/resource.ts';

/** What helm has of the last revision of a release. */
export interface StoredRelease {
  readonly manifest: string;
  readonly hooks: string;
  readonly values: JsonObject;
  /** `<name>-<version>` of its chart. */
  readonly chart: string;
}

/** Whether a dry run gives the same objects, hooks and values as the release has, from a chart of the same version. */
export function isUnchanged(planned: JsonObject, stored: StoredRelease): boolean {
  const metadata = valueAt(planned, 'chart', 'metadata');
  const chart = `${stringAt(metadata, 'name') ?? ''}-${stringAt(metadata, 'version') ?? ''}`;
  const hooks = arrayAt(planned, 'hooks').map(formatHook).join('');
  return (
    chart === stored.chart &&
    withoutBlank(stringAt(planned, 'manifest') ?? '') === withoutBlank(stored.manifest) &&
    withoutBlank(hooks) === withoutBlank(stored.hooks) &&
    isEqualJson(valueAt(planned, 'config') ?? {}, stored.values)
  );
}

/** As `helm get hooks` prints it. */
function formatHook(hook: unknown): string {
  return `---\n# Source: ${stringAt(hook, 'path') ?? ''}\n${stringAt(hook, 'manifest') ?? ''}\n`;
}

/** Helm prints empty lines around documents, which it does not store. */
function withoutBlank(text: string): string {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .join('\n');
}

/** The objects of some manifests that none of the others has, by kind, namespace and name. */
export function leftOver(former: readonly Resource[], present: readonly Resource[]): readonly Resource[] {
  const kept = new Set(present.map(identityOf));
  const left = former.filter((resource) => !kept.has(identityOf(resource)));
  return [...new Map(left.map((resource) => [identityOf(resource), resource])).values()];
}

/** Two versions of an API have the same objects. */
function identityOf(resource: Resource): string {
  const { group, kind, namespace, name } = keyOf(resource);
  return [group, kind, namespace, name].join('/');
}

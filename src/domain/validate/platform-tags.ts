import { describeResource, type Resource } from '../kube/resource.ts';
import { isObject, stringAt } from '../core/json-object.ts';

/** An image of the namespace that OpenShift fills itself, with the resources that name it. */
export interface PlatformTag {
  /** `ImageStreamTag` (`stream:tag`) or `ImageStreamImage` (`stream@digest`). */
  readonly kind: string;
  readonly name: string;
  readonly usedBy: readonly string[];
}

/** Namespace whose streams come with the cluster, so that they are never moved. */
export const platformNamespace = 'openshift';

const kinds: readonly string[] = ['ImageStreamTag', 'ImageStreamImage'];

/** Finds what resources take from streams of namespace `openshift`: tags that follow them, builds and triggers. */
export function platformTags(resources: Iterable<Resource>): readonly PlatformTag[] {
  const found = new Map<string, { readonly kind: string; readonly name: string; readonly usedBy: Set<string> }>();
  for (const resource of resources) {
    for (const { kind, name } of referencesIn(resource)) {
      const id = `${kind} ${name}`;
      const tag = found.get(id) ?? { kind, name, usedBy: new Set() };
      tag.usedBy.add(describeResource(resource));
      found.set(id, tag);
    }
  }
  return [...found.values()].map((tag) => ({ ...tag, usedBy: [...tag.usedBy] }));
}

function referencesIn(value: unknown): readonly { readonly kind: string; readonly name: string }[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (!isObject(value)) return [];
  const [kind, name] = [stringAt(value, 'kind') ?? '', stringAt(value, 'name') ?? ''];
  const isReference = kinds.includes(kind) && name !== '' && stringAt(value, 'namespace') === platformNamespace;
  return isReference ? [{ kind, name }] : Object.values(value).flatMap(referencesIn);
}

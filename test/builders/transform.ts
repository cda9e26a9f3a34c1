import type { Operation } from '../../src/domain/kube/json-patch.ts';
import type { Resource } from '../../src/domain/kube/resource.ts';
import type { Plugin, Verdict } from '../../src/domain/transform/plugin.ts';
import {
  toTransformOptions,
  type TransformOptions,
  type OptionalFlags,
} from '../../src/domain/transform/transform-options.ts';

/** A resource in namespace `shop`; `more` is merged over the top level, metadata one level deeper. */
export function aResource(type: string, name: string, more: Readonly<Record<string, unknown>> = {}): Resource {
  const cut = type.lastIndexOf(' ');
  const { metadata, ...rest } = more;
  const own = typeof metadata === 'object' ? metadata : {};
  return {
    apiVersion: type.slice(0, cut),
    kind: type.slice(cut + 1),
    metadata: { name, namespace: 'shop', ...own },
    ...rest,
  };
}

/** The verdict of a built-in plugin. */
export function atOnce(verdict: Verdict | Promise<Verdict>): Verdict {
  if (verdict instanceof Promise) throw new Error('a built-in plugin answers at once');
  return verdict;
}

/** The whiteout's reason, or the patches one a line: `remove /path`, `replace /path "value"`. */
export function showVerdict(answer: Verdict | Promise<Verdict>): string | readonly string[] {
  const verdict = atOnce(answer);
  return verdict.kind === 'whiteout' ? verdict.reason : verdict.patches.map(showOperation);
}

export function showOperation(operation: Operation): string {
  return `${operation.op} ${operation.path}${'value' in operation ? ` ${JSON.stringify(operation.value)}` : ''}`;
}

/** What a plugin that is made with these flags does with resources. */
export function withFlags(create: (options: TransformOptions) => Plugin, flags: OptionalFlags = {}) {
  const plugin = create(toTransformOptions(flags));
  return (resource: Resource): string | readonly string[] => showVerdict(plugin.run(resource));
}

/** What such a plugin notes of a resource that travels. */
export function notesWithFlags(create: (options: TransformOptions) => Plugin, flags: OptionalFlags = {}) {
  const plugin = create(toTransformOptions(flags));
  return (resource: Resource): readonly string[] => {
    const verdict = plugin.run(resource);
    if (verdict instanceof Promise || verdict.kind === 'whiteout') throw new Error('expected patches at once');
    return verdict.notes ?? [];
  };
}

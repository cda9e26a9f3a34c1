import type { Resource } from '../../src/domain/kube/resource.ts';
import { createModernizePlugin } from '../../src/domain/transform/modernize/modernize-plugin.ts';
import type { Verdict } from '../../src/domain/transform/plugin.ts';
import { toTransformOptions, type OptionalFlags } from '../../src/domain/transform/transform-options.ts';
import { showOperation } from './transform.ts';

export const internal = 'image-registry.openshift-image-registry.svc:5000';

export interface Shown {
  /** `replace /path "value"`, one an operation; empty for a whiteout. */
  readonly patches: readonly string[];
  readonly notes: readonly string[];
  /** Of a whiteout. */
  readonly reason: string | undefined;
}

/** What the ModernizePlugin does with a resource that stands among others in an export. */
export function modernize(resource: Resource, others: readonly Resource[] = [], flags: OptionalFlags = {}): Shown {
  const options = toTransformOptions({ modernize: 'ingress', ...flags });
  if (options.modernize === undefined) throw new Error('modernize is off');
  const plugin = createModernizePlugin(options.modernize, options);
  for (const each of [resource, ...others]) plugin.prepare?.(each);
  return show(plugin.run(resource));
}

function show(verdict: Verdict | Promise<Verdict>): Shown {
  if (verdict instanceof Promise) throw new Error('a built-in plugin answers at once');
  if (verdict.kind === 'whiteout') return { patches: [], notes: [], reason: verdict.reason };
  return { patches: verdict.patches.map(showOperation), notes: verdict.notes ?? [], reason: undefined };
}

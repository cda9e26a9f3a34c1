import { builtInPlugins } from '../transform/rules/built-in-plugins.ts';
import { toTransformOptions } from '../transform/transform-options.ts';
import { kindOf, type Resource } from '../kube/resource.ts';

export interface InventoryObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** Why it is left behind; empty when it travels. */
  readonly leftOut: string;
}

/** Asks the built-in rules of crane-transform which objects are left out. Claims travel with their data. */
export async function judgeObjects(resources: readonly Resource[]): Promise<readonly InventoryObject[]> {
  const plugins = builtInPlugins(toTransformOptions({}));
  for (const resource of resources) for (const plugin of plugins) plugin.prepare?.(resource);
  return Promise.all(
    resources.map(async (resource) => {
      const { apiVersion, kind, metadata } = resource;
      const identity = { apiVersion, kind, name: metadata.name };
      if (kindOf(resource) === 'PersistentVolumeClaim') return { ...identity, leftOut: '' };
      const verdicts = await Promise.all(plugins.map(async (plugin) => plugin.run(resource)));
      const [reason = ''] = verdicts.flatMap((verdict) => (verdict.kind === 'whiteout' ? [verdict.reason] : []));
      return { ...identity, leftOut: reason };
    }),
  );
}

import type { PlannedTags } from '../../images/plan/planned-tags.ts';
import { createModernizePlugin } from '../modernize/modernize-plugin.ts';
import { collectEvidence } from './evidence-collector.ts';
import { createImagestreamPlugin } from './imagestream-plugin.ts';
import { createKubernetesPlugin } from './kubernetes-plugin.ts';
import { createOpenshiftPlugin } from './openshift-plugin.ts';
import type { Plugin } from '../plugin.ts';
import type { TransformOptions } from '../transform-options.ts';

/**
 * The plugins that are always there, in the order in which crane runs them. Before them, when asked for, the one whose
 * results are other kinds: what the others would change in the old ones is void. `planned`: the image plan of the export.
 */
export function builtInPlugins(options: TransformOptions, planned?: PlannedTags): readonly Plugin[] {
  const { modernize } = options;
  const evidence = collectEvidence(options);
  return [
    ...(modernize === undefined ? [] : [createModernizePlugin(modernize, options)]),
    createKubernetesPlugin(options, evidence),
    createOpenshiftPlugin(options, evidence),
    createImagestreamPlugin(options, planned),
  ];
}

/** Plugins without those to skip, the ones named in priorities first, in that order. */
export function choosePlugins(
  plugins: readonly Plugin[],
  { skip, priorities }: { readonly skip: readonly string[]; readonly priorities: readonly string[] },
): readonly Plugin[] {
  const kept = plugins.filter((plugin) => !skip.includes(plugin.name));
  const named = priorities.flatMap((name) => kept.filter((plugin) => plugin.name === name));
  return [...new Set([...named, ...kept])];
}

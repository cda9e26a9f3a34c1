import type { Resource } from '../resource.ts';
import { cleanServiceAccount } from './account-patches.ts';
import { kubernetesWhiteout } from './kubernetes-whiteouts.ts';
import { changeAnnotations, stripServerFields } from './metadata-patches.ts';
import type { Plugin, Verdict } from './plugin.ts';
import { cleanService } from './service-patches.ts';
import type { TransformOptions } from './transform-options.ts';
import { cleanWorkload, renameClaims, replaceImages } from './workload-patches.ts';

// Whole items go last: what stands before them is named by its index in the original.
const rules = [
  stripServerFields,
  changeAnnotations,
  cleanService,
  cleanServiceAccount,
  replaceImages,
  renameClaims,
  cleanWorkload,
];

/** What every resource needs to be created in another cluster. */
export function createKubernetesPlugin(options: TransformOptions): Plugin {
  return {
    name: 'KubernetesPlugin',
    version: 'v1',
    run: (resource) => decide(resource, options),
  };
}

function decide(resource: Resource, options: TransformOptions): Verdict {
  const reason = kubernetesWhiteout(resource, options);
  if (reason !== undefined) return { kind: 'whiteout', reason };
  return { kind: 'patches', patches: rules.flatMap((rule) => rule(resource, options)) };
}

import { restoreScale } from '../../scale/travelling-scale.ts';
import type { Resource } from '../resource.ts';
import { noteAccess } from './access-notes.ts';
import { cleanServiceAccount } from './account-patches.ts';
import { kubernetesFlags } from './built-in-flags.ts';
import { cleanClaim, noteClaims, renameClaims } from './claim-patches.ts';
import { kubernetesWhiteout } from './kubernetes-whiteouts.ts';
import { changeAnnotations, stripServerFields } from './metadata-patches.ts';
import { moveNamespaces } from './namespace-patches.ts';
import type { Plugin, Verdict } from './plugin.ts';
import { cleanService } from './service-patches.ts';
import type { TransformOptions } from './transform-options.ts';
import { cleanWorkload, replaceImages } from './workload-patches.ts';

// Whole items go last: what stands before them is named by its index in the original.
const rules = [
  stripServerFields,
  changeAnnotations,
  moveNamespaces,
  cleanService,
  cleanServiceAccount,
  replaceImages,
  renameClaims,
  cleanWorkload,
  cleanClaim,
  restoreScale,
];

/** What every resource needs to be created in another cluster. */
export function createKubernetesPlugin(options: TransformOptions): Plugin {
  return {
    name: 'KubernetesPlugin',
    version: 'v1',
    optionalFields: kubernetesFlags,
    run: (resource) => decide(resource, options),
  };
}

function decide(resource: Resource, options: TransformOptions): Verdict {
  const reason = kubernetesWhiteout(resource, options);
  if (reason !== undefined) return { kind: 'whiteout', reason };
  const notes = [...noteAccess(resource, options), ...noteClaims(resource, options)];
  return { kind: 'patches', patches: rules.flatMap((rule) => rule(resource, options)), notes };
}

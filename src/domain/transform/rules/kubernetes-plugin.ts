import { restoreTravellingScale } from '../../scale/exported-scale.ts';
import type { Resource } from '../../kube/resource.ts';
import { noteAccess, noteDataSources, noteNodes } from './access-notes.ts';
import { cleanServiceAccount } from './pull-secret-patches.ts';
import { kubernetesFlags } from '../built-in-flags.ts';
import { cleanClaim, noteClaims, renameClaims } from './claim-patches.ts';
import { noteDefinition, renewDefinition } from './definition-patches.ts';
import { collectEvidence, evidenceKinds, type EvidenceCollector } from './evidence-collector.ts';
import { kubernetesWhiteout, type Evidence } from './whiteouts.ts';
import { changeAnnotations, stripServerFields, cleanIngress, noteIngress } from './metadata-patches.ts';
import { moveNamespaces } from './namespace-patches.ts';
import type { Plugin, Verdict } from '../plugin.ts';
import { cleanService } from './service-patches.ts';
import type { TransformOptions } from '../transform-options.ts';
import { cleanWorkload, replaceImages, noteSidecar } from './workload-patches.ts';

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
  restoreTravellingScale,
  cleanIngress,
  renewDefinition,
];

const noteRules = [noteAccess, noteClaims, noteDataSources, noteIngress, noteSidecar, noteDefinition, noteNodes];

/** What every resource needs to be created in another cluster. */
export function createKubernetesPlugin(
  options: TransformOptions,
  evidence: EvidenceCollector = collectEvidence(options),
): Plugin {
  return {
    name: 'KubernetesPlugin',
    version: 'v1',
    optionalFields: kubernetesFlags,
    prepareKinds: evidenceKinds,
    prepare: evidence.add,
    run: (resource) => decide(resource, options, evidence),
  };
}

function decide(resource: Resource, options: TransformOptions, evidence: Evidence): Verdict {
  const reason = kubernetesWhiteout(resource, options, evidence);
  if (reason !== undefined) return { kind: 'whiteout', reason };
  return {
    kind: 'patches',
    patches: rules.flatMap((rule) => rule(resource, options, evidence)),
    notes: noteRules.flatMap((rule) => rule(resource, options, evidence)),
  };
}

import type { PlannedTags } from '../../images/plan/planned-tags.ts';
import { removeAt, type Operation } from '../../kube/json-patch.ts';
import { kindOf, type Resource } from '../../kube/resource.ts';
import { cleanRoute, noteRoute } from '../../kube/route-host.ts';
import { restoreTravellingScale } from '../../scale/quiesce.ts';
import { kubernetesFlags, openshiftFlags } from '../built-in-flags.ts';
import { createModernizePlugin } from '../modernize/modernize-plugin.ts';
import type { Plugin, Verdict } from '../plugin.ts';
import { injectedFields } from '../traces/trace-lookup.ts';
import type { TransformOptions } from '../transform-options.ts';
import { convertVersion, noteVersion } from '../versions/conversion.ts';
import { noteAccess, noteDataSources, noteSealedSecrets } from './access-notes.ts';
import {
  changeBuildConfig,
  noteBuildTriggers,
  noteWebhookSecrets,
  removeWebhookSecrets,
} from './build-config-patches.ts';
import { changeTemplateClasses, cleanClaim, noteClaims, refuseClaimNames, renameClaims } from './claim-patches.ts';
import { noteDefinition, renewDefinition } from './definition-patches.ts';
import { collectEvidence, type EvidenceCollector } from './evidence-collector.ts';
import { changeImageTriggers } from './image-object-references.ts';
import { createImagestreamPlugin } from './imagestream-plugin.ts';
import { changeAnnotations, cleanIngress, noteIngress, removeTraces, stripServerFields } from './metadata-patches.ts';
import { moveNamespaces, noteNamespaces } from './namespace-patches.ts';
import { noteOutside } from './outside-notes.ts';
import { changePullSecrets, cleanServiceAccount } from './pull-secret-patches.ts';
import { noteIdentity, noteNodes } from './place-notes.ts';
import { cleanSecurityContext, noteSecurityContext } from './security-ranges.ts';
import { cleanService, noteService } from './service-patches.ts';
import { noteAccount } from './cluster-defaults.ts';
import { noteEnded } from './ended-runs.ts';
import type { Evidence } from './evidence.ts';
import { noteToken } from './generated-secrets.ts';
import { checkChoice } from './chosen-kinds.ts';
import { kubernetesWhiteout, noteOwners, openshiftWhiteout } from './left-out-rules.ts';
import { noteSidecar } from './sidecars.ts';
import { changeTemplate, noteTemplate } from './template-patches.ts';
import { cleanWorkload, replaceImages } from './workload-patches.ts';

type Rule<T> = (resource: Resource, options: TransformOptions, evidence: Evidence) => T;

interface RuleSet extends Required<Pick<Plugin, 'name' | 'optionalFields'>> {
  readonly whiteout: Rule<string | undefined>;
  /** Whole items of lists go last: what stands before them is named by its index in the original. */
  readonly patches: readonly Rule<readonly Operation[]>[];
  readonly notes: readonly Rule<readonly string[]>[];
  /** What makes the run incomplete. */
  readonly problems: readonly Rule<readonly string[]>[];
}

/** What every resource needs to be created in another cluster. */
const kubernetes: RuleSet = {
  name: 'KubernetesPlugin',
  optionalFields: kubernetesFlags,
  whiteout: kubernetesWhiteout,
  patches: [
    stripServerFields,
    changeAnnotations,
    moveNamespaces,
    cleanService,
    cleanServiceAccount,
    replaceImages,
    renameClaims,
    changeTemplateClasses,
    cleanWorkload,
    cleanClaim,
    restoreTravellingScale,
    cleanIngress,
    renewDefinition,
    convertVersion,
  ],
  notes: [
    noteOwners,
    noteAccount,
    noteToken,
    noteEnded,
    noteAccess,
    noteNamespaces,
    noteSealedSecrets,
    noteClaims,
    noteDataSources,
    noteIngress,
    noteSidecar,
    noteDefinition,
    noteVersion,
    noteNodes,
    noteIdentity,
    noteOutside,
    noteService,
  ],
  problems: [refuseClaimNames],
};

/** What OpenShift's own kinds and conventions need besides. */
const openshift: RuleSet = {
  name: 'OpenShiftPlugin',
  optionalFields: openshiftFlags,
  whiteout: openshiftWhiteout,
  patches: [
    changePullSecrets,
    changeImageTriggers,
    changeBuildConfig,
    changeTemplate,
    removeWebhookSecrets,
    cleanRoute,
    cleanSecurityContext,
    removeOpenshiftTraces,
  ],
  notes: [noteWebhookSecrets, noteBuildTriggers, noteTemplate, noteRoute, noteSecurityContext],
  problems: [],
};

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

export function createKubernetesPlugin(options: TransformOptions, evidence = collectEvidence(options)): Plugin {
  const plugin = toPlugin(kubernetes, options, evidence);
  if (options.includeOnly.size === 0 && options.extraWhiteouts.size === 0) return plugin;
  const kinds = new Set<string>();
  const run = (resource: Resource): Verdict | Promise<Verdict> => {
    kinds.add(kindOf(resource));
    return plugin.run(resource);
  };
  return { ...plugin, run, conclude: () => checkChoice(kinds, options) };
}

export function createOpenshiftPlugin(options: TransformOptions, evidence = collectEvidence(options)): Plugin {
  return toPlugin(openshift, options, evidence);
}

function toPlugin(
  { name, optionalFields, whiteout, patches, notes, problems }: RuleSet,
  options: TransformOptions,
  evidence: EvidenceCollector,
): Plugin {
  const run = (resource: Resource): Verdict => {
    const reason = whiteout(resource, options, evidence);
    if (reason !== undefined) return { kind: 'whiteout', reason };
    return {
      kind: 'patches',
      patches: patches.flatMap((rule) => rule(resource, options, evidence)),
      notes: notes.flatMap((rule) => rule(resource, options, evidence)),
      problems: problems.flatMap((rule) => rule(resource, options, evidence)),
    };
  };
  return { name, version: 'v1', optionalFields, prepare: evidence.add, run };
}

/** Removes what OpenShift's controllers wrote. Plain Kubernetes has none of them: the fields that they filled remain. */
function removeOpenshiftTraces(resource: Resource, { modernize }: TransformOptions): readonly Operation[] {
  const injected = modernize === undefined ? injectedFields(resource, 'OpenShiftPlugin') : [];
  return [...removeTraces(resource, 'OpenShiftPlugin'), ...injected.map(removeAt)];
}

/** Plugins without those to skip, the ones named in priorities first, in that order. */
export function choosePlugins(
  plugins: readonly Plugin[],
  { skip, priorities }: Readonly<Record<'skip' | 'priorities', readonly string[]>>,
): readonly Plugin[] {
  const kept = plugins.filter((plugin) => !skip.includes(plugin.name));
  const named = priorities.flatMap((name) => kept.filter((plugin) => plugin.name === name));
  return [...new Set([...named, ...kept])];
}

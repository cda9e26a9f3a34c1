import { removeAt, type Operation } from '../../kube/json-patch.ts';
import type { Resource } from '../../kube/resource.ts';
import {
  changeBuildConfig,
  noteBuildTriggers,
  noteWebhookSecrets,
  removeWebhookSecrets,
} from './build-config-patches.ts';
import { openshiftFlags } from '../built-in-flags.ts';
import { changeImageTriggers } from './image-object-references.ts';
import { removeTraces } from './metadata-patches.ts';
import { collectEvidence, evidenceKinds, type EvidenceCollector } from './evidence-collector.ts';
import { openshiftWhiteout, type Evidence } from './whiteouts.ts';
import type { Plugin, Verdict } from '../plugin.ts';
import { changePullSecrets } from './pull-secret-patches.ts';
import { cleanRoute, noteRoute } from '../../kube/route-host.ts';
import { injectedFields } from '../traces/trace-lookup.ts';
import type { TransformOptions } from '../transform-options.ts';

// Items of a list are removed after everything else that names them by their index.
const rules = [
  changePullSecrets,
  changeImageTriggers,
  changeBuildConfig,
  removeWebhookSecrets,
  cleanRoute,
  removeOpenshiftTraces,
];

/** What OpenShift's own kinds and conventions need besides. */
export function createOpenshiftPlugin(
  options: TransformOptions,
  evidence: EvidenceCollector = collectEvidence(options),
): Plugin {
  return {
    name: 'OpenShiftPlugin',
    version: 'v1',
    optionalFields: openshiftFlags,
    prepareKinds: evidenceKinds,
    prepare: evidence.add,
    run: (resource) => decide(resource, options, evidence),
  };
}

function decide(resource: Resource, options: TransformOptions, evidence: Evidence): Verdict {
  const reason = openshiftWhiteout(resource, options, evidence);
  if (reason !== undefined) return { kind: 'whiteout', reason };
  return {
    kind: 'patches',
    patches: rules.flatMap((rule) => rule(resource, options, evidence)),
    notes: [...noteWebhookSecrets(resource), ...noteBuildTriggers(resource), ...noteRoute(resource)],
  };
}

/** Removes what OpenShift's controllers wrote. Plain Kubernetes has none of them: the fields that they filled remain. */
function removeOpenshiftTraces(resource: Resource, { modernize }: TransformOptions): readonly Operation[] {
  return [
    ...removeTraces(resource, 'OpenShiftPlugin'),
    ...(modernize === undefined ? injectedFields(resource, 'OpenShiftPlugin').map(removeAt) : []),
  ];
}

import { removeAt, type Operation } from '../json-patch.ts';
import { stringAt, type Resource } from '../resource.ts';
import { changeBuildConfig } from './build-config-patches.ts';
import { openshiftFlags } from './built-in-flags.ts';
import { changeImageTriggers } from './image-trigger-patches.ts';
import { kindOf, textsAt } from './kinds.ts';
import { openshiftWhiteout } from './openshift-whiteouts.ts';
import type { Plugin, Verdict } from './plugin.ts';
import { changePullSecrets } from './pull-secret-patches.ts';
import type { TransformOptions } from './transform-options.ts';
import { noteWebhookSecrets, removeWebhookSecrets } from './webhook-secrets.ts';

// Items of a list are removed after everything else that names them by their index.
const rules = [
  changePullSecrets,
  changeImageTriggers,
  changeBuildConfig,
  removeWebhookSecrets,
  cleanRoute,
  cleanPodAnnotations,
];

/** What OpenShift's own kinds and conventions need besides. */
export function createOpenshiftPlugin(options: TransformOptions): Plugin {
  return {
    name: 'OpenShiftPlugin',
    version: 'v1',
    optionalFields: openshiftFlags,
    run: (resource) => decide(resource, options),
  };
}

function decide(resource: Resource, options: TransformOptions): Verdict {
  const reason = openshiftWhiteout(resource, options);
  if (reason !== undefined) return { kind: 'whiteout', reason };
  const notes = noteWebhookSecrets(resource);
  return { kind: 'patches', patches: rules.flatMap((rule) => rule(resource, options)), notes };
}

// The router names a generated host after the source's domain; a host that a user chose stays.
function cleanRoute(resource: Resource): readonly Operation[] {
  if (kindOf(resource) !== 'Route.route.openshift.io') return [];
  const generated = textsAt(resource, 'annotations')['openshift.io/host.generated'] === 'true';
  return generated && stringAt(resource, 'spec', 'host') !== undefined ? [removeAt(['spec', 'host'])] : [];
}

const podAnnotations = [
  'openshift.io/scc',
  'security.openshift.io/',
  'k8s.ovn.org/',
  'k8s.v1.cni.cncf.io/network-status',
];

function cleanPodAnnotations(resource: Resource): readonly Operation[] {
  if (kindOf(resource) !== 'Pod') return [];
  return Object.keys(textsAt(resource, 'annotations'))
    .filter((key) => podAnnotations.some((prefix) => key.startsWith(prefix)))
    .map((key) => removeAt(['metadata', 'annotations', key]));
}

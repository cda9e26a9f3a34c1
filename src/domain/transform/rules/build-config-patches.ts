import { removeAt, replaceAt, type Operation, removeItems } from '../../kube/json-patch.ts';
import { arrayAt, stringAt, valueAt, type Path } from '../../core/json-object.ts';
import { type Resource, kindOf, textsAt } from '../../kube/resource.ts';
import { moveImageReference, replaceImageMember } from './image-object-references.ts';
import { isPlatformLogin } from './pull-secret-patches.ts';
import type { TransformOptions } from '../transform-options.ts';

/** Triggers that fire when the BuildConfig is created. */
const startingTriggers = ['ConfigChange', 'ImageChange'];
const strategies = ['sourceStrategy', 'dockerStrategy', 'customStrategy'];

/** Image references, image triggers and registry logins of a BuildConfig. */
export function changeBuildConfig(resource: Resource, options: TransformOptions): readonly Operation[] {
  if (kindOf(resource) !== 'BuildConfig.build.openshift.io') return [];
  const sources = arrayAt(resource, 'spec', 'source', 'images').map((_, index) => ['spec', 'source', 'images', index]);
  const places = [...strategies.map((strategy) => ['spec', 'strategy', strategy]), ...sources];
  const ownNamespace = resource.metadata.namespace ?? '';
  const references: readonly Path[] = [['spec', 'output', 'to'], ...places.map((path) => [...path, 'from'])];
  const logins: readonly Path[] = [['spec', 'output', 'pushSecret'], ...places.map((path) => [...path, 'pullSecret'])];
  return [
    ...references.flatMap((path) =>
      moveImageReference({ path, reference: valueAt(resource, ...path), ownNamespace }, options),
    ),
    ...logins.flatMap((path) => changeLogin(path, stringAt(resource, ...path, 'name'), options)),
    ...changeTriggers(resource, options),
  ];
}

/** Reports that creating a BuildConfig starts a build, or that it is created paused. */
export function noteBuildTriggers(resource: Resource, { pauseBuilds }: TransformOptions): readonly string[] {
  if (kindOf(resource) !== 'BuildConfig.build.openshift.io') return [];
  if (textsAt(resource, 'annotations')['openshift.io/build-config.paused'] === 'true') return [];
  if (pauseBuilds) return ['is created paused: remove its annotation openshift.io/build-config.paused to build'];
  const types = arrayAt(resource, 'spec', 'triggers').flatMap((trigger) => {
    const type = stringAt(trigger, 'type') ?? '';
    return startingTriggers.includes(type) ? [type] : [];
  });
  const target = stringAt(resource, 'spec', 'output', 'to', 'name');
  if (types.length === 0 || target === undefined) return [];
  const triggers = [...new Set(types)].join(', ');
  return [
    `creating it starts a build (trigger ${triggers}), which replaces the copied image of ${target}; pause-builds prevents it`,
  ];
}

function changeLogin(path: Path, name: string | undefined, options: TransformOptions): readonly Operation[] {
  if (name === undefined) return [];
  const replacement = options.pullSecretReplacement.get(name);
  if (replacement !== undefined) return replacement === name ? [] : [replaceAt([...path, 'name'], replacement)];
  return options.stripDefaultPullSecrets && isPlatformLogin(name) ? [removeAt(path)] : [];
}

function changeTriggers(resource: Resource, options: TransformOptions): readonly Operation[] {
  const ownNamespace = resource.metadata.namespace ?? '';
  return arrayAt(resource, 'spec', 'triggers').flatMap((trigger, index) => {
    const path = ['spec', 'triggers', index, 'imageChange'];
    const change = valueAt(trigger, 'imageChange');
    return [
      ...moveImageReference({ path: [...path, 'from'], reference: valueAt(change, 'from'), ownNamespace }, options),
      ...replaceImageMember(path, change, { field: 'lastTriggeredImageID', options }),
    ];
  });
}

/** Members of a BuildConfig's trigger that say who may start a build by calling an address. */
const webhooks = ['bitbucket', 'generic', 'github', 'gitlab'];

/**
 * Removes secrets of webhooks that stand in a BuildConfig itself, where everybody reads them who reads a manifest. A
 * webhook that names a Secret too is kept without the text; one that has nothing else is removed, since OpenShift takes
 * none without either.
 */
export function removeWebhookSecrets(resource: Resource): readonly Operation[] {
  const triggers = triggersOf(resource);
  const path = ['spec', 'triggers'];
  const texts = triggers.flatMap((trigger, index) =>
    isBare(trigger) ? [] : openWebhooks(trigger).map((type) => removeAt([...path, index, type, 'secret'])),
  );
  return [...texts, ...removeItems(path, triggers, isBare)];
}

/** What becomes of such webhooks, without the secrets themselves. */
export function noteWebhookSecrets(resource: Resource): readonly string[] {
  return triggersOf(resource).flatMap((trigger) =>
    openWebhooks(trigger).map((type) =>
      isBare(trigger)
        ? `its ${type} webhook is not carried over: the secret stands in the BuildConfig itself; use secretReference`
        : `the text of its ${type} webhook's secret is not carried over: its secretReference is kept`,
    ),
  );
}

function triggersOf(resource: Resource): readonly unknown[] {
  return kindOf(resource) === 'BuildConfig.build.openshift.io' ? arrayAt(resource, 'spec', 'triggers') : [];
}

function openWebhooks(trigger: unknown): readonly string[] {
  return webhooks.filter((type) => stringAt(trigger, type, 'secret') !== undefined);
}

/** Whether a trigger has a webhook that would be left without any secret. */
function isBare(trigger: unknown): boolean {
  return openWebhooks(trigger).some((type) => stringAt(trigger, type, 'secretReference', 'name') === undefined);
}

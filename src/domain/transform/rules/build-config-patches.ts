import { removeAt, replaceAt, type Operation } from '../../kube/json-patch.ts';
import { arrayAt, stringAt, valueAt, type Path } from '../../core/json-object.ts';
import { type Resource, kindOf } from '../../kube/resource.ts';
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

/** Reports that creating a BuildConfig starts a build: OpenShift has no way to create one that waits. */
export function noteBuildTriggers(resource: Resource): readonly string[] {
  if (kindOf(resource) !== 'BuildConfig.build.openshift.io') return [];
  const types = arrayAt(resource, 'spec', 'triggers').flatMap((trigger) => {
    const type = stringAt(trigger, 'type') ?? '';
    return startingTriggers.includes(type) ? [type] : [];
  });
  const target = stringAt(resource, 'spec', 'output', 'to', 'name');
  if (types.length === 0 || target === undefined) return [];
  const triggers = [...new Set(types)].join(', ');
  return [`creating it starts a build (trigger ${triggers}), which replaces the copied image of ${target}`];
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

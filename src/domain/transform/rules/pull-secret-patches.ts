import { replaceAt, type Operation, removeItems } from '../../kube/json-patch.ts';
import { arrayAt, stringAt, type Path } from '../../core/json-object.ts';
import { type Resource, kindOf } from '../../kube/resource.ts';
import type { Evidence } from './evidence.ts';
import { addedSecrets } from './generated-secrets.ts';
import { podSpecsOf } from '../../kube/pod-specs.ts';
import type { TransformOptions } from '../transform-options.ts';

const platformAccounts = ['builder', 'default', 'deployer'];

/**
 * Pull secrets of pods, pod templates and ServiceAccounts: replaced as `pull-secret-replacement` says; those that
 * OpenShift generated for an account, and those that the export shows to be left out, are removed.
 */
export function changePullSecrets(
  resource: Resource,
  options: TransformOptions,
  evidence: Evidence,
): readonly Operation[] {
  const field = 'imagePullSecrets';
  const { name, namespace = '' } = resource.metadata;
  const isLeftOut = (secret: string): boolean => evidence.isSecretLeftOut(namespace, secret);
  const ofPods = podSpecsOf(resource).flatMap(({ path, spec }) => {
    const account = stringAt(spec, 'serviceAccountName') ?? 'default';
    return changeList(
      { path: [...path, field], list: arrayAt(spec, field), accounts: [...platformAccounts, account], isLeftOut },
      options,
    );
  });
  if (kindOf(resource) !== 'ServiceAccount') return ofPods;
  return changeList({ path: [field], list: arrayAt(resource, field), accounts: [name], isLeftOut }, options);
}

function isGeneratedLogin(name: string, accounts: readonly string[]): boolean {
  return accounts.some((account) => name.startsWith(`${account}-dockercfg-`));
}

/** Whether a name is that of a login which OpenShift generated for an account of its own. */
export function isPlatformLogin(name: string): boolean {
  return isGeneratedLogin(name, platformAccounts);
}

interface PullSecrets {
  readonly path: Path;
  readonly list: readonly unknown[];
  readonly accounts: readonly string[];
  /** Whether the export shows that a Secret does not travel. */
  readonly isLeftOut: (secret: string) => boolean;
}

function changeList({ path, list, accounts, isLeftOut }: PullSecrets, options: TransformOptions): readonly Operation[] {
  const { pullSecretReplacement, stripDefaultPullSecrets } = options;
  const replaced = list.flatMap((entry, index) => {
    const name = stringAt(entry, 'name') ?? '';
    const replacement = pullSecretReplacement.get(name);
    return replacement === undefined || replacement === name ? [] : [replaceAt([...path, index, 'name'], replacement)];
  });
  if (!stripDefaultPullSecrets) return replaced;
  const removed = removeItems(path, list, (entry) => {
    const name = stringAt(entry, 'name') ?? '';
    return !pullSecretReplacement.has(name) && (isGeneratedLogin(name, accounts) || isLeftOut(name));
  });
  return [...replaced, ...removed];
}

/** Removes the secrets that the cluster generated for an account, and those that the export leaves out. */
export function cleanServiceAccount(
  resource: Resource,
  _options: TransformOptions,
  evidence: Evidence,
): readonly Operation[] {
  if (kindOf(resource) !== 'ServiceAccount') return [];
  const added = addedSecrets(resource, 'secrets', evidence);
  return removeItems(['secrets'], arrayAt(resource, 'secrets'), (entry) => !added.includes(entry));
}

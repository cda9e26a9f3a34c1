import { keyOf, stringAt, type Resource } from '../resource.ts';
import { kindOf, textsAt } from './kinds.ts';
import type { TransformOptions } from './transform-options.ts';

const accounts = ['builder', 'deployer'];
const accountsWithSecrets = ['builder', 'deployer', 'pipeline'];
const bindings = ['admin', 'system:deployers', 'system:image-builders', 'system:image-pullers'];
const byPlatform = 'every OpenShift project has its own';

/** Why a resource of OpenShift must not travel, or undefined: crane's OpenShiftPlugin, by group and kind. */
export function openshiftWhiteout(resource: Resource, options: TransformOptions): string | undefined {
  const { group, name } = keyOf(resource);
  if (group === 'authorization.openshift.io') return 'the same object exists as rbac.authorization.k8s.io';
  switch (kindOf(resource)) {
    case 'Build.build.openshift.io':
      return 'a record of the source: a BuildConfig makes builds anew';
    case 'ServiceAccount':
      return options.stripDefaultRbac && accounts.includes(name) ? byPlatform : undefined;
    case 'RoleBinding.rbac.authorization.k8s.io':
      return options.stripDefaultRbac && bindings.includes(name) ? byPlatform : undefined;
    case 'ConfigMap':
      return options.stripDefaultCabundle && name === 'openshift-service-ca.crt' ? byPlatform : undefined;
    case 'Secret':
      return whiteoutOfSecret(resource, options);
    case 'ClusterServiceVersion.operators.coreos.com':
      return 'olm.copiedFrom' in textsAt(resource, 'labels')
        ? 'a copy made by the Operator Lifecycle Manager'
        : undefined;
    default:
      return undefined;
  }
}

const generatedName = /-dockercfg-[a-z0-9]{5}$/;
const generatedMarks = ['openshift.io/token-secret.name', 'openshift.io/internal-registry-auth-token.binding'];

// A dockercfg secret without these marks is the user's own login at some registry, and stays.
function whiteoutOfSecret(secret: Resource, { stripDefaultRbac }: TransformOptions): string | undefined {
  const annotations = textsAt(secret, 'annotations');
  const account = annotations['kubernetes.io/service-account.name'];
  if (stripDefaultRbac && account !== undefined && accountsWithSecrets.includes(account)) return byPlatform;
  if (stringAt(secret, 'type') !== 'kubernetes.io/dockercfg') return undefined;
  const generated =
    account !== undefined ||
    generatedMarks.some((mark) => mark in annotations) ||
    generatedName.test(secret.metadata.name);
  return generated ? "a login at the source's own registry" : undefined;
}

import { keyOf, type Resource, kindOf, textsAt } from '../../kube/resource.ts';
import { stringAt } from '../../core/json-object.ts';
import { noEvidence, originOf, type Evidence } from '../evidence.ts';
import { leftOutKind } from '../traces/trace-lookup.ts';
import type { TransformOptions } from '../transform-options.ts';

const accounts = ['builder', 'deployer'];
const accountsWithSecrets = ['builder', 'deployer', 'pipeline'];
const bindings = ['admin', 'system:deployers', 'system:image-builders', 'system:image-pullers'];
const byPlatform = 'every OpenShift project has its own';

/** Why a resource of OpenShift must not travel, or undefined: crane's OpenShiftPlugin, by group and kind. */
export function openshiftWhiteout(
  resource: Resource,
  options: TransformOptions,
  evidence: Evidence = noEvidence,
): string | undefined {
  const { group, name } = keyOf(resource);
  if (group === 'authorization.openshift.io') return 'the same object exists as rbac.authorization.k8s.io';
  const kind = kindOf(resource);
  const left = leftOutKind(kind);
  if (left?.plugin === 'OpenShiftPlugin') return left.reason;
  switch (kind) {
    case 'ServiceAccount':
      return options.stripDefaultRbac && accounts.includes(name) ? byPlatform : undefined;
    case 'RoleBinding.rbac.authorization.k8s.io':
      return options.stripDefaultRbac && bindings.includes(name) ? byPlatform : undefined;
    case 'ConfigMap':
      return options.stripDefaultCabundle && name === 'openshift-service-ca.crt' ? byPlatform : undefined;
    case 'Secret':
      return whiteoutOfLogin(resource, options) ?? whiteoutOfCertificate(resource, options, evidence);
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

/** To OpenShift: its service CA fills the Secret again, and gives up when the Secret of another cluster is there. */
function whiteoutOfCertificate(
  secret: Resource,
  { modernize }: TransformOptions,
  { servingServiceOf }: Evidence,
): string | undefined {
  const { namespace, name } = keyOf(secret);
  const service = originOf(secret);
  if (modernize !== undefined || service === undefined || servingServiceOf(namespace, name) !== service)
    return undefined;
  return `OpenShift's service CA makes it again for Service ${service}`;
}

/**
 * Why a Secret that OpenShift generated for an account is left out; undefined for others. A dockercfg secret without the
 * marks is the user's own login at some registry, and travels.
 */
export function whiteoutOfLogin(secret: Resource, { stripDefaultRbac }: TransformOptions): string | undefined {
  const annotations = textsAt(secret, 'annotations');
  const account = annotations['kubernetes.io/service-account.name'];
  if (stripDefaultRbac && account !== undefined && accountsWithSecrets.includes(account)) return byPlatform;
  if (stringAt(secret, 'type') !== 'kubernetes.io/dockercfg') return undefined;
  const generated =
    account !== undefined ||
    generatedMarks.some((mark) => Object.hasOwn(annotations, mark)) ||
    generatedName.test(secret.metadata.name);
  return generated ? "a login at the source's own registry" : undefined;
}

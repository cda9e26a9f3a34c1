import { arrayAt, ownValue, stringAt, valueAt } from '../../core/json-object.ts';
import { keyOf, type Resource, textsAt } from '../../kube/resource.ts';
import { isTrace } from '../traces/trace-lookup.ts';
import type { TransformOptions } from '../transform-options.ts';
import type { Evidence } from './evidence.ts';
import { addedSecrets, byPlatform } from './generated-secrets.ts';

/** Accounts that each namespace of OpenShift has beside `default`. */
const projectAccounts = ['builder', 'deployer'];

/** Why an account that each namespace has of its own is left out; undefined when users added something to it. */
export function whiteoutOfAccount(
  account: Resource,
  { stripDefaultRbac }: TransformOptions,
  evidence: Pick<Evidence, 'isSecretLeftOut'>,
): string | undefined {
  const isDefault = account.metadata.name === 'default';
  if (!stripDefaultRbac || !isDefault || isEdited(account, evidence)) return undefined;
  return 'every namespace has its own default account';
}

/** The same for the accounts of OpenShift. */
export function whiteoutOfProjectAccount(
  account: Resource,
  { stripDefaultRbac }: TransformOptions,
  evidence: Pick<Evidence, 'isSecretLeftOut'>,
): string | undefined {
  const isOfProject = stripDefaultRbac && projectAccounts.includes(account.metadata.name);
  return isOfProject && !isEdited(account, evidence) ? byPlatform : undefined;
}

/** Reports an account that each namespace has, and that travels for what users added to it. */
export function noteAccount(account: Resource): readonly string[] {
  const { name } = account.metadata;
  return account.kind === 'ServiceAccount' && ['default', ...projectAccounts].includes(name)
    ? ['every namespace has its own account of this name: what was added to it here is added there']
    : [];
}

/** Whether an account has more than its cluster gave it: secrets, annotations and labels, the choice about its token. */
function isEdited(account: Resource, evidence: Pick<Evidence, 'isSecretLeftOut'>): boolean {
  return (
    (['secrets', 'imagePullSecrets'] as const).some((list) => addedSecrets(account, list, evidence).length > 0) ||
    (['annotations', 'labels'] as const).some((field) =>
      Object.keys(textsAt(account, field)).some((key) => !isTrace(field, key, 'ServiceAccount')),
    ) ||
    valueAt(account, 'automountServiceAccountToken') !== undefined
  );
}

/** The bindings of each project, and whom they bind (the name of the group ends with the namespace): openshift/openshift-controller-manager pkg/authorization/defaultrolebindings. */
const projectBindings: Readonly<Record<string, string>> = {
  'system:deployers': 'ServiceAccount deployer',
  'system:image-builders': 'ServiceAccount builder',
  'system:image-pullers': 'Group system:serviceaccounts:',
};

/**
 * Why a binding that each project has of its own is left out. Undefined when users added subjects to it; whom `admin`
 * binds is named, since the destination's own one binds those who asked for the project there.
 */
export function whiteoutOfProjectBinding(
  binding: Resource,
  { stripDefaultRbac }: TransformOptions,
): string | undefined {
  if (!stripDefaultRbac) return undefined;
  const { name, namespace } = keyOf(binding);
  const subjects = arrayAt(binding, 'subjects').map((subject) =>
    ['kind', 'name'].flatMap((field) => stringAt(subject, field) ?? []).join(' '),
  );
  if (name === 'admin') {
    return subjects.length === 0 ? byPlatform : `${byPlatform}: at the source it binds ${subjects.join(', ')}`;
  }
  const own = ownValue(projectBindings, name);
  const whole = own?.endsWith(':') === true ? `${own}${namespace}` : own;
  return whole !== undefined && subjects.every((subject) => subject === whole) ? byPlatform : undefined;
}

/** What istiod writes into each namespace: istio/istio security/pkg/server/ca, pilot/pkg/bootstrap/namespacecontroller. */
const meshConfigs = ['istio-ca-root-cert', 'istio-ca-crl'];

/** Why a ConfigMap with a root CA is left out. */
export function whiteoutOfRootCa(config: Resource, { stripDefaultCabundle }: TransformOptions): string | undefined {
  const { name } = config.metadata;
  if (!stripDefaultCabundle) return undefined;
  if (name === 'kube-root-ca.crt') return 'every namespace has its own root CA';
  const isOfMesh = meshConfigs.includes(name) && 'istio.io/config' in textsAt(config, 'labels');
  return isOfMesh ? 'the mesh of the destination writes its own root CA' : undefined;
}

/** The Services `kubernetes`, and `openshift` as an alias of it, in namespace `default`; and the endpoints of the first. */
export function isOfApiServer(resource: Resource): boolean {
  const { kind, namespace, name } = keyOf(resource);
  if (namespace !== 'default') return false;
  if (name === 'kubernetes') return kind !== 'Service' || textsAt(resource, 'labels')['component'] === 'apiserver';
  const external = stringAt(resource, 'spec', 'externalName');
  return name === 'openshift' && external?.startsWith('kubernetes.default.svc') === true;
}

/** What the API server or an operator creates and updates. `kubectl apply` proves that a copy is the user's. */
export function isOfCluster(resource: Resource): boolean {
  const annotations = textsAt(resource, 'annotations');
  return (
    resource.metadata.name.startsWith('system:') ||
    'kubernetes.io/bootstrapping' in textsAt(resource, 'labels') ||
    (annotations['rbac.authorization.kubernetes.io/autoupdate'] === 'true' &&
      !('kubectl.kubernetes.io/last-applied-configuration' in annotations))
  );
}

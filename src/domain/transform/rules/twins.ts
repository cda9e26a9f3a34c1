import { ownValue } from '../../core/json-object.ts';
import { keyOf, type Resource } from '../../kube/resource.ts';
import type { TransformOptions } from '../transform-options.ts';
import { successorOf } from '../versions/conversion.ts';
import type { Evidence } from './evidence.ts';

const rbac = 'rbac.authorization.k8s.io';
/** Whether `include-only` lets a kind travel: when it names one of two kinds, the object travels as that one. */
function isChosen(kind: string, { includeOnly }: TransformOptions): boolean {
  return includeOnly.size === 0 || includeOnly.has(kind);
}

const bindingKinds: ReadonlySet<string> = new Set(['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding']);

/** Servers of old versions show workloads in group `extensions` too: the ones that the export has in both are one object. */
export function whiteoutOfDuplicate(
  resource: Resource,
  options: TransformOptions,
  { fateOf }: Evidence,
): string | undefined {
  const kind = successorOf(resource);
  if (kind === undefined || !isChosen(kind, options)) return undefined;
  const { namespace, name } = keyOf(resource);
  return fateOf({ kind, namespace, name }) === 'absent' ? undefined : `the same object exists as ${kind}`;
}

/** OpenShift shows each role and binding in this group too: the ones that the export has in both are one object. */
export function whiteoutOfTwin(
  resource: Resource,
  options: TransformOptions,
  { fateOf }: Evidence,
): string | undefined {
  const { modernize } = options;
  const { group, kind, namespace, name } = keyOf(resource);
  if (group !== 'authorization.openshift.io' || !bindingKinds.has(kind)) return undefined;
  const twin = `${kind}.${rbac}`;
  if (isChosen(twin, options) && fateOf({ kind: twin, namespace, name }) !== 'absent')
    return `the same object exists as ${rbac}`;
  return modernize === undefined ? undefined : 'plain Kubernetes does not serve this kind';
}

/**
 * Calico shows each NetworkPolicy of Kubernetes as one of its own, and refuses to create it; and its API server shows
 * what its definitions of custom resources store: projectcalico/calico libcalico-go/lib/names/policy.go.
 */
export function whiteoutOfCalico(resource: Resource, { fateOf }: Evidence): string | undefined {
  const { group, kind, namespace, name } = keyOf(resource);
  if (kind !== 'NetworkPolicy') return undefined;
  const twins: Readonly<Record<string, { readonly group: string; readonly prefix: RegExp }>> = {
    'projectcalico.org': { group: 'networking.k8s.io', prefix: /^knp\.default\./ },
    'crd.projectcalico.org': { group: 'projectcalico.org', prefix: /^(?:default\.)?/ },
  };
  const twin = ownValue(twins, group);
  if (twin === undefined || !twin.prefix.test(name)) return undefined;
  const names = [...new Set([name.replace(twin.prefix, ''), ...(group.startsWith('crd.') ? [name] : [])])];
  const isThere = names.some((each) => fateOf({ kind: `${kind}.${twin.group}`, namespace, name: each }) !== 'absent');
  return isThere ? `the same object exists as ${twin.group}` : undefined;
}

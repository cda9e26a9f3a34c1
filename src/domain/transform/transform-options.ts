import { isNamespaceName } from '../kube/resource.ts';
import { parseCommaList } from '../core/comma-list.ts';
import { TaskError } from '../core/errors.ts';
import { internalAliases } from '../images/registry-hosts.ts';
import { ownValue } from '../core/json-object.ts';
import { modernizeFlags, parseModernize, type ModernizeOptions } from './modernize-options.ts';
import { namespaceMoves, parseRegistryReplacement, type RegistryReplacement } from './registry-replacement.ts';
import { imagestreamFlags, kubernetesFlags, openshiftFlags } from './built-in-flags.ts';
import type { OptionalFlags } from './optional-flags.ts';

/** Options of the built-in plugins. Kinds are written `Deployment.apps`, `Pod` for the core group. */
export interface TransformOptions {
  readonly addAnnotations: ReadonlyMap<string, string>;
  readonly removeAnnotations: readonly string[];
  readonly registryReplacement: RegistryReplacement;
  /** All that is known of which namespace moves where, from the mapping and from registry-replacement. */
  readonly namespaceMoves: ReadonlyMap<string, string>;
  /** Namespaces whose resources are to carry another one's name. */
  readonly namespaceMapping: ReadonlyMap<string, string>;
  /** Hosts of the source cluster's own registry. */
  readonly internalHosts: ReadonlySet<string>;
  readonly extraWhiteouts: ReadonlySet<string>;
  /** Kinds to keep, all others go; empty means no such limit. */
  readonly includeOnly: ReadonlySet<string>;
  readonly keepOwned: boolean;
  readonly stripDefaultRbac: boolean;
  readonly stripDefaultCabundle: boolean;
  readonly stripDefaultPullSecrets: boolean;
  readonly pullSecretReplacement: ReadonlyMap<string, string>;
  readonly claimRenames: ReadonlyMap<string, string>;
  /** Undefined: OpenShift's own kinds are not changed. */
  readonly modernize: ModernizeOptions | undefined;
  /** Whether Jobs are created suspended, so that nothing runs a second time unasked. */
  readonly suspendJobs: boolean;
}

export const knownFlags: readonly string[] = [
  ...new Set(
    [...kubernetesFlags, ...openshiftFlags, ...imagestreamFlags, ...modernizeFlags].map(({ flagName }) => flagName),
  ),
];

const dnsName = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

/**
 * Reads flags as crane's plugins name and write them. An unknown source registry adds nothing to the names by which
 * OpenShift's own registry is always known.
 * @throws TaskError `invalid-param` naming the flag
 */
export function toTransformOptions(flags: OptionalFlags): TransformOptions {
  const registryReplacement = parseRegistryReplacement(flags['registry-replacement'] ?? '');
  const internalHosts = internalAliases({ internal: flags['src-internal-registry'] ?? '', public: [] });
  const namespaceMapping = namespaceMappingOf(flags);
  return {
    addAnnotations: pairsOf(flags, 'add-annotations', '='),
    removeAnnotations: listOf(flags, 'remove-annotations').map((key) =>
      key.replaceAll('~1', '/').replaceAll('~0', '~'),
    ),
    registryReplacement,
    namespaceMoves: new Map([...namespaceMoves(registryReplacement, internalHosts), ...namespaceMapping]),
    namespaceMapping,
    internalHosts,
    extraWhiteouts: new Set(listOf(flags, 'extra-whiteouts')),
    includeOnly: new Set(listOf(flags, 'include-only')),
    keepOwned: switchOf(flags, 'disable-whiteout-owned', false),
    stripDefaultRbac: switchOf(flags, 'strip-default-rbac', true),
    stripDefaultCabundle: switchOf(flags, 'strip-default-cabundle', true),
    stripDefaultPullSecrets: switchOf(flags, 'strip-default-pull-secrets', true),
    pullSecretReplacement: pairsOf(flags, 'pull-secret-replacement', '='),
    claimRenames: claimRenamesOf(flags),
    modernize: parseModernize(flags),
    suspendJobs: switchOf(flags, 'suspend-jobs', false),
  };
}

function listOf(flags: OptionalFlags, name: string): readonly string[] {
  return parseCommaList(ownValue(flags, name) ?? '');
}

function pairsOf(flags: OptionalFlags, name: string, mark: string): ReadonlyMap<string, string> {
  return new Map(
    listOf(flags, name).map((piece) => {
      const at = piece.indexOf(mark);
      if (at < 1) throw refuse(name, piece, `expected key${mark}value`);
      return [piece.slice(0, at), piece.slice(at + 1)];
    }),
  );
}

// The words that Go's strconv.ParseBool takes, since crane's plugins read these flags with it.
function switchOf(flags: OptionalFlags, name: string, fallback: boolean): boolean {
  const text = ownValue(flags, name) ?? '';
  if (text === '') return fallback;
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text)) return false;
  throw refuse(name, text, 'expected true or false');
}

function claimRenamesOf(flags: OptionalFlags): ReadonlyMap<string, string> {
  const name = 'pvc-rename-map';
  const renames = pairsOf(flags, name, ':');
  for (const claim of [...renames].flat()) {
    if (!dnsName.test(claim)) throw refuse(name, claim, 'this is not a name of a claim');
  }
  return renames;
}

function namespaceMappingOf(flags: OptionalFlags): ReadonlyMap<string, string> {
  const name = 'namespace-mapping';
  const mapping = pairsOf(flags, name, '=');
  for (const namespace of [...mapping].flat()) {
    if (!isNamespaceName(namespace)) throw refuse(name, namespace, 'this is not a name of a namespace');
  }
  return mapping;
}

function refuse(name: string, value: string, why: string): TaskError {
  return new TaskError('invalid-param', `reading the flag ${name}: ${JSON.stringify(value)}: ${why}`, {
    remedy: `Fix ${name} in optional-flags; its format is in the README of the task.`,
  });
}

import { isNamespaceName } from '../kube/resource.ts';
import { parseCommaList } from '../core/comma-list.ts';
import { TaskError } from '../core/errors.ts';
import { internalAliases } from '../images/registry-hosts.ts';
import { ownValue, isObject } from '../core/json-object.ts';
import { readClaimNames, type ClaimNames } from '../volumes/claim-settings.ts';
import { noWishes, type ClaimWishes } from '../volumes/claim-wishes.ts';
import { namespaceMoves, parseRegistryReplacement, type RegistryReplacement } from './registry-replacement.ts';
import { imagestreamFlags, kubernetesFlags, openshiftFlags } from './built-in-flags.ts';
import type { OptionalField } from './plugin.ts';

/** How resources of OpenShift's own kinds become those of plain Kubernetes. */
export interface ModernizeOptions {
  readonly routes: 'ingress' | 'gateway';
  /** Name of the IngressClass; empty: the destination's default. */
  readonly ingressClass: string;
  /** The Gateway that HTTPRoutes attach to; named for `gateway`. */
  readonly gateway: GatewayReference;
  /** Domain for Routes whose host the source's router generated; empty: they get no host. */
  readonly domain: string;
}

interface GatewayReference {
  /** Empty: the namespace of the route. */
  readonly namespace: string;
  readonly name: string;
}

/** Flags of the ModernizePlugin, which is there only when the first one is given. */
export const modernizeFlags: readonly OptionalField[] = [
  {
    flagName: 'modernize',
    help: "Makes OpenShift's own kinds those of plain Kubernetes; ingress or gateway says what a Route becomes. Default: they are not changed.",
    example: 'ingress',
  },
  {
    flagName: 'ingress-class',
    help: 'Class of the Ingresses that Routes become. Default: the destination has a default class.',
    example: 'public',
  },
  {
    flagName: 'gateway',
    help: 'Gateway that the HTTPRoutes which Routes become attach to: namespace/name.',
    example: 'infrastructure/public',
  },
  {
    flagName: 'route-domain',
    help: "Domain for hosts in place of those that the source's router made up. Default: no host.",
    example: 'apps.example.com',
  },
];

const namedGateway = /^(?:([a-z0-9-]+)\/)?([a-z0-9.-]+)$/;

/** Reads the flags of modernize; undefined when it is off. @throws TaskError `invalid-param` */
export function parseModernize(flags: OptionalFlags): ModernizeOptions | undefined {
  const routes = flags['modernize'] ?? '';
  if (routes === '') return undefined;
  if (routes !== 'ingress' && routes !== 'gateway') throw refuse('modernize', routes, 'expected ingress or gateway');
  const gateway = parseGateway(flags['gateway'] ?? '');
  if (routes === 'gateway' && gateway.name === '') {
    throw refuse('gateway', '', 'HTTPRoutes attach to a Gateway, as namespace/name');
  }
  return { routes, gateway, ingressClass: nameOf(flags, 'ingress-class'), domain: nameOf(flags, 'route-domain') };
}

function nameOf(flags: OptionalFlags, name: string): string {
  const value = ownValue(flags, name) ?? '';
  if (value !== '' && !dnsName.test(value)) throw refuse(name, value, 'expected lower-case names with dots');
  return value;
}

function parseGateway(text: string): GatewayReference {
  if (text === '') return { namespace: '', name: '' };
  const [, namespace = '', name] = namedGateway.exec(text) ?? [];
  if (name === undefined) throw refuse('gateway', text, 'expected namespace/name');
  return { namespace, name };
}

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
  /** By `pvc-rename-map`: claims, or templates of StatefulSets. */
  readonly claimRenames: ReadonlyMap<string, string>;
  readonly claimNames: ClaimNames;
  readonly claimWishes: ClaimWishes;
  /** Undefined: OpenShift's own kinds are not changed. */
  readonly modernize: ModernizeOptions | undefined;
  /** Whether Jobs are created suspended, so that nothing runs a second time unasked. */
  readonly suspendJobs: boolean;
  /** Whether BuildConfigs are created paused, so that none builds on arrival. */
  readonly pauseBuilds: boolean;
  /** Whether objects keep API versions that current API servers serve no more. */
  readonly keepVersions: boolean;
}

export const knownFlags: readonly string[] = [
  ...new Set(
    [...kubernetesFlags, ...openshiftFlags, ...imagestreamFlags, ...modernizeFlags].map(({ flagName }) => flagName),
  ),
];

const dnsName = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

/** Reads flags as crane's plugins name and write them, beside the params about claims. @throws TaskError `invalid-param` naming the flag */
export function toTransformOptions(flags: OptionalFlags, claimWishes = noWishes): TransformOptions {
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
    claimNames: readClaimNames(claimWishes.claims, claimWishes.settings),
    claimWishes,
    modernize: parseModernize(flags),
    suspendJobs: switchOf(flags, 'suspend-jobs', false),
    pauseBuilds: switchOf(flags, 'pause-builds', false),
    keepVersions: switchOf(flags, 'keep-versions', false),
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
  const renames = pairsOf(flags, 'pvc-rename-map', ':');
  const wrong = [...renames].flat().find((claim) => !dnsName.test(claim));
  if (wrong !== undefined) throw refuse('pvc-rename-map', wrong, 'this is not a name of a claim');
  return renames;
}

function namespaceMappingOf(flags: OptionalFlags): ReadonlyMap<string, string> {
  const mapping = pairsOf(flags, 'namespace-mapping', '=');
  const wrong = [...mapping].flat().find((namespace) => !isNamespaceName(namespace));
  if (wrong !== undefined) throw refuse('namespace-mapping', wrong, 'this is not a name of a namespace');
  return mapping;
}

function refuse(name: string, value: string, why: string): TaskError {
  // Those of modernize are params too.
  const place = modernizeFlags.some(({ flagName }) => flagName === name) ? '' : ' in optional-flags';
  return new TaskError('invalid-param', `reading the flag ${name}: ${JSON.stringify(value)}: ${why}`, {
    remedy: `Fix ${name}${place}; its format is in the README of the task.`,
  });
}

/** Flags for plugins, by lower-case name. */
export type OptionalFlags = Readonly<Record<string, string>>;

const remedy =
  'Write a JSON object whose values are strings, for example {"add-annotations":"team=shop","strip-default-rbac":"false"}.';

/** Reads `optional-flags`, a JSON object of strings; empty: no flags. @throws TaskError `invalid-param` */
export function parseOptionalFlags(text = ''): OptionalFlags {
  if (text.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const why = /^[\w-]+=/.test(text)
      ? 'pairs such as name=value are not read any more, only a JSON object'
      : 'this is not JSON';
    throw new TaskError('invalid-param', `reading optional-flags: ${why}`, { remedy, cause: error });
  }
  return toOptionalFlags(value, 'optional-flags');
}

/** An object of strings, its names in lower case. @throws TaskError `invalid-param`, naming `source` */
export function toOptionalFlags(value: unknown, source: string): OptionalFlags {
  if (!isObject(value)) throw new TaskError('invalid-param', `reading ${source}: expected a JSON object`, { remedy });
  return Object.fromEntries(
    Object.entries(value).map(([name, flag]) => {
      if (typeof flag === 'string') return [name.toLowerCase(), flag];
      throw new TaskError('invalid-param', `reading ${source}: the value of ${JSON.stringify(name)} is not a string`, {
        remedy,
      });
    }),
  );
}

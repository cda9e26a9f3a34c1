import type { Path } from '../core/json-object.ts';

/**
 * How a text names an object; the groups `namespace` and `name` of each match are what may be renamed. Labels have at
 * most 63 characters (RFC 1123), so that a search is linear.
 */
export const forms = {
  name: /^(?<name>.+)$/dg,
  namespace: /^(?<namespace>.+)$/dg,
  'namespace/name': /^(?:(?<namespace>[a-z0-9-]+)\/)?(?<name>[^/]+)$/dg,
  /** `web.shop.svc.cluster.local`, also within an address. */
  host: /(?<![a-z0-9-])(?<name>[a-z0-9*-]{1,63})\.(?<namespace>[a-z0-9-]{1,63})\.svc(?![a-z0-9-])/dg,
  /** A search domain of a Pod: `shop.svc.cluster.local`. */
  search: /^(?<namespace>[a-z0-9-]{1,63})(?=\.svc(?:\.|$))/dg,
  /** Istio: `shop/web.shop.svc.cluster.local`, `shop/*`. */
  'namespace/host': /^(?<namespace>[a-z0-9-]+)(?=\/)/dg,
  /** SPIFFE identity of Istio: `cluster.local/ns/shop/sa/web`. */
  principal: /\/ns\/(?<namespace>[a-z0-9-]+)(?:\/sa\/(?<name>[a-z0-9.-]+))?/dg,
  /** User of a ServiceAccount. */
  user: /^system:serviceaccount:(?<namespace>[^:]+):(?<name>[^:]+)$/dg,
  /** Group of all ServiceAccounts of a namespace. */
  group: /^system:serviceaccounts:(?<namespace>[^:]+)$/dg,
  /** Traefik: `shop-strip@kubernetescrd`. Only who knows the namespaces can part them from names. */
  prefixed: /(?<=^|,|, )(?<prefixed>[a-z0-9.-]+)(?=@kubernetescrd)/dg,
} as const;

export type Form = keyof typeof forms;

/** A place in objects of some kinds where a name of another object, or of a namespace, stands. */
export interface ReferenceRow {
  /** `Ingress.networking.k8s.io`, `Service`; `*`: every kind. */
  readonly kinds: readonly string[];
  /** `*` stands for each item of a list. */
  readonly path: Path;
  /** Default: `name`. */
  readonly form?: Form;
  /** The kind that is named, without its group. Where a member `kind` stands beside the name, that one counts. */
  readonly to?: string;
  /** Whether the object works without what it names. */
  readonly isOptional?: true;
  /** A member beside the name, and the value that it must have. */
  readonly where?: readonly [field: string, value: string];
}

/** The label that every namespace has with its own name. */
const nameLabel = 'kubernetes.io/metadata.name';

type Kinds = ReferenceRow['kinds'];

/** Names of namespaces, each at one of some paths. */
export function namespacesAt(kinds: Kinds, ...paths: readonly Path[]): readonly ReferenceRow[] {
  return paths.map((path) => ({ kinds, path, form: 'namespace' }));
}

/** Selectors of namespaces, by the label with the name of each namespace. */
export function selectorsAt(kinds: Kinds, ...paths: readonly Path[]): readonly ReferenceRow[] {
  return paths.flatMap((path) => [
    { kinds, path: [...path, 'matchLabels', nameLabel], form: 'namespace' as const },
    {
      kinds,
      path: [...path, 'matchExpressions', '*', 'values', '*'],
      form: 'namespace' as const,
      where: ['key', nameLabel] as const,
    },
  ]);
}

/** Objects of one kind, or of the kind beside their name: `name` is the last member of each path. */
export function objectsAt(kinds: Kinds, to: string, ...paths: readonly Path[]): readonly ReferenceRow[] {
  return paths.map((path) => ({ kinds, path, to }));
}

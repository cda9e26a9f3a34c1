import type { KeptList } from '../core/ports.ts';
import { makeTextTable, type TextTable } from '../core/text-table.ts';
import { arrayAt, stringAt, valueAt } from '../core/json-object.ts';
import { headerOf } from '../kube/header-of.ts';
import { describeResource, keyOf, kindOf, textsAt, type Resource } from '../kube/resource.ts';
import { servingSecretOf } from '../kube/serving-certificates.ts';
import { findReferences, type Reference } from './find-references.ts';

/** Collects who names whom. */
export interface ReferenceGraph {
  /** An object as it is at the destination, and as it was exported. */
  readonly addTravelling: (resource: Resource, exported: Resource) => void;
  readonly addLeftOut: (exported: Resource) => void;
  /**
   * What leads nowhere, by the object that names it (as `describeResource` has it): a sentence for each name. In the
   * order in which the objects were added, when all of them are.
   */
  readonly looseEnds: () => Iterable<readonly [from: string, notes: readonly string[]]>;
}

/** What an object that travels names. */
export interface ReferenceEdge {
  /** As `describeResource` has it. */
  readonly from: string;
  readonly named: readonly Named[];
}

/** What each namespace has of its own. */
const everywhere: ReadonlySet<string> = new Set([
  'ConfigMap istio-ca-root-cert',
  'ConfigMap kube-root-ca.crt',
  'ConfigMap openshift-service-ca.crt',
  'Service kubernetes',
  'ServiceAccount builder',
  'ServiceAccount default',
  'ServiceAccount deployer',
]);

/** Objects that a controller makes of a travelling one, by kind and name. */
function madeOf(resource: Resource): readonly string[] {
  const annotations = textsAt(resource, 'annotations');
  const secrets = (...names: readonly (string | undefined)[]): readonly string[] =>
    names.flatMap((name) => (name === undefined ? [] : [`Secret ${name}`]));
  switch (kindOf(resource)) {
    case 'Certificate.cert-manager.io':
      return secrets(stringAt(resource, 'spec', 'secretName'));
    case 'ExternalSecret.external-secrets.io':
      return secrets(stringAt(resource, 'spec', 'target', 'name') ?? resource.metadata.name);
    case 'SealedSecret.bitnami.com':
      return secrets(resource.metadata.name);
    case 'Service':
      return secrets(servingSecretOf(resource));
    case 'Ingress.networking.k8s.io': {
      const isIssued = ['issuer', 'cluster-issuer'].some((key) => Object.hasOwn(annotations, `cert-manager.io/${key}`));
      const hosts = isIssued ? arrayAt(resource, 'spec', 'tls') : [];
      return secrets(...hosts.map((host) => stringAt(host, 'secretName')));
    }
    case 'Service.serving.knative.dev':
      return [`Service ${resource.metadata.name}`];
    case 'DataVolume.cdi.kubevirt.io':
      return [`PersistentVolumeClaim ${resource.metadata.name}`];
    default:
      return [];
  }
}

/** What is kept of a reference: where it stands would take several times the memory. */
export type Named = Pick<Reference, 'kind' | 'namespace' | 'name'>;

function mustExist({ namespace, name, isOptional }: Reference): boolean {
  return !isOptional && name !== '' && !name.includes('*') && namespace !== '';
}

function toNamed({ kind, namespace, name }: Reference): Named {
  return { kind, namespace, name };
}

/**
 * An empty graph.
 * @param edges where what each object names is kept: of thousands of objects it takes the most memory
 */
export function collectReferences(edges: KeptList<ReferenceEdge> = []): ReferenceGraph {
  const there = makeTextTable();
  const leftOut = new Map<string, Resource>();
  const kinds = new Set<string>();
  const renamed = new Map<string, string>();
  return {
    addTravelling: (resource, exported) => {
      const { kind, namespace, name } = keyOf(resource);
      kinds.add(kind);
      renamed.set(keyOf(exported).namespace, namespace);
      there.add(placeOf(namespace, `${kind} ${name}`));
      for (const made of madeOf(resource)) there.add(placeOf(namespace, made));
      const named = findReferences(resource).filter(mustExist).map(toNamed);
      if (named.length > 0) edges.push({ from: describeResource(exported), named });
    },
    addLeftOut: (exported) => {
      const { kind, namespace, name } = keyOf(exported);
      kinds.add(kind);
      leftOut.set(placeOf(namespace, `${kind} ${name}`), headerOf(exported));
    },
    looseEnds: function* () {
      // Objects that are left out have the names of the source; volumes move apart, and owners make others again.
      const gone = new Set<string>();
      for (const [place, resource] of leftOut) {
        const { kind, namespace, name } = keyOf(resource);
        const moved = placeOf(renamed.get(namespace) ?? namespace, `${kind} ${name}`);
        if (kind === 'PersistentVolumeClaim' || isMade(place, { there, leftOut, renamed })) there.add(moved);
        else gone.add(moved);
      }
      const namespaces = new Set(renamed.values());
      const isLoose = ({ kind, namespace, name }: Named): boolean => {
        if (!namespaces.has(namespace)) return false;
        if (everywhere.has(`${kind} ${name}`) || has(there, placeOf(namespace, `${kind} ${name}`))) return false;
        return kind !== 'PersistentVolumeClaim' || kinds.has(kind);
      };
      for (const { from, named } of edges) {
        const loose = named.filter(isLoose).map(({ kind, namespace, name }) => {
          const isGone = gone.has(placeOf(namespace, `${kind} ${name}`));
          return `names ${kind} ${name}, which ${isGone ? 'is left out' : 'is not among the resources'}`;
        });
        if (loose.length > 0) yield [from, [...new Set(loose)]] as const;
      }
    },
  };
}

interface Known {
  readonly there: TextTable;
  readonly leftOut: ReadonlyMap<string, Resource>;
  readonly renamed: ReadonlyMap<string, string>;
}

/** Whether the controller of an object that is left out travels, or is made again itself. */
function isMade(place: string, { there, leftOut, renamed }: Known): boolean {
  const seen = new Set<string>();
  let next: string | undefined = place;
  while (next !== undefined && !seen.has(next)) {
    seen.add(next);
    const resource = leftOut.get(next);
    if (resource === undefined) return false;
    const { namespace } = keyOf(resource);
    const owner = arrayAt(resource.metadata, 'ownerReferences').find((each) => valueAt(each, 'controller') === true);
    const called = `${stringAt(owner, 'kind') ?? ''} ${stringAt(owner, 'name') ?? ''}`;
    if (has(there, placeOf(renamed.get(namespace) ?? namespace, called))) return true;
    next = owner === undefined ? undefined : placeOf(namespace, called);
  }
  return false;
}

function has(there: TextTable, place: string): boolean {
  return there.find(place) !== -1;
}

function placeOf(namespace: string, called: string): string {
  return `${namespace}/${called}`;
}

import { isObject, type JsonObject, type Path } from '../../core/json-object.ts';
import { keyOf, type Resource } from '../../kube/resource.ts';

/** A storage class that a custom resource names for the claims which its controller makes. */
interface ClassPlace {
  readonly path: Path;
  readonly name: string;
}

/** Operators whose resources name storage classes in fields of their own, as the reference of each describes. */
const operators: ReadonlySet<string> = new Set([
  'acid.zalan.do',
  'clickhouse.altinity.com',
  'k8s.mariadb.com',
  'k8ssandra.io',
  'kafka.strimzi.io',
  'cassandra.datastax.com',
  'logging.openshift.io',
  'loki.grafana.com',
  'minio.min.io',
  'opensearch.opster.io',
  'pgv2.percona.com',
  'postgres-operator.crunchydata.com',
  'postgresql.cnpg.io',
  'ps.percona.com',
  'psmdb.percona.com',
  'pxc.percona.com',
  'rabbitmq.com',
  'solr.apache.org',
  'tempo.grafana.com',
]);

/** Prometheus, Elasticsearch, Tekton and others call the template of a claim so, as a StatefulSet does. */
const claimTemplate = /volumeClaimTemplates?$/i;

/**
 * Where a custom resource names storage classes: in templates of claims, and in the fields of known operators. Kinds of
 * Kubernetes itself have rules of their own.
 */
export function classPlacesOf(resource: Resource): readonly ClassPlace[] {
  const { group } = keyOf(resource);
  return group.includes('.') ? findPlaces(resource['spec'], ['spec'], operators.has(group)) : [];
}

function findPlaces(value: unknown, path: Path, isKnown: boolean): readonly ClassPlace[] {
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) => findPlaces(item, [...path, index], isKnown));
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const place = [...path, key];
    if (typeof member !== 'string') return findPlaces(member, place, isKnown || claimTemplate.test(key));
    return isKnown && isClass(value, key) ? [{ path: place, name: member }] : [];
  });
}

/**
 * `storageClass` beside `size`: CloudNativePG StorageConfiguration, Zalando postgres-operator Volume;
 * `class` of a `persistent-claim`: Strimzi PersistentClaimStorage.
 */
function isClass(owner: JsonObject, key: string): boolean {
  switch (key) {
    case 'storageClassName':
      return true;
    case 'storageClass':
      return 'size' in owner;
    case 'class':
      return owner['type'] === 'persistent-claim';
    default:
      return false;
  }
}

import type { Resource } from '../resource.ts';
import { textsAt } from '../transform/kinds.ts';

const prefixes = ['service.beta.openshift.io/', 'service.alpha.openshift.io/'];

/** Certificates that OpenShift's service CA makes and nobody makes on plain Kubernetes. */
export function serviceCaNotes(resource: Resource): readonly string[] {
  return Object.entries(textsAt(resource, 'annotations')).flatMap(([key, value]) => {
    if (!prefixes.some((prefix) => key.startsWith(prefix))) return [];
    if (key.endsWith('/serving-cert-secret-name')) {
      return [`nobody makes the certificate in Secret ${value}: OpenShift's service CA did`];
    }
    return key.endsWith('/inject-cabundle') ? ["nobody writes the authority of OpenShift's service CA into it"] : [];
  });
}

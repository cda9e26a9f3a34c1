import type { Resource } from '../resource.ts';
import { textsAt } from '../transform/kinds.ts';

const prefixes = ['service.beta.openshift.io/', 'service.alpha.openshift.io/'];

/** Certificates that OpenShift's service CA makes and nobody makes on plain Kubernetes. */
export function serviceCaNotes(resource: Resource): readonly string[] {
  const annotations = textsAt(resource, 'annotations');
  return Object.keys(annotations).flatMap((key) => {
    if (!prefixes.some((prefix) => key.startsWith(prefix))) return [];
    if (key.endsWith('/serving-cert-secret-name')) {
      return [`nobody makes the certificate in Secret ${annotations[key] ?? ''}: OpenShift's service CA did`];
    }
    return key.endsWith('/inject-cabundle') ? ["nobody writes the authority of OpenShift's service CA into it"] : [];
  });
}

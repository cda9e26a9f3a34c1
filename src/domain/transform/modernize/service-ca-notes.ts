import { type Resource, textsAt } from '../../kube/resource.ts';

const prefixes = ['service.beta.openshift.io/', 'service.alpha.openshift.io/'];

const trustedBundle = 'config.openshift.io/inject-trusted-cabundle';

/** Certificates that operators of OpenShift write and that no controller of plain Kubernetes writes. */
export function serviceCaNotes(resource: Resource): readonly string[] {
  const trusted = textsAt(resource, 'labels')[trustedBundle] === 'true';
  const bundle = trusted
    ? ["its CA bundle is that of the source: no controller updates it, OpenShift's network operator did"]
    : [];
  const served = Object.entries(textsAt(resource, 'annotations')).flatMap(([key, value]) => {
    if (!prefixes.some((prefix) => key.startsWith(prefix))) return [];
    if (key.endsWith('/serving-cert-secret-name')) {
      return [`no controller creates the certificate in Secret ${value}: OpenShift's service CA did`];
    }
    return key.endsWith('/inject-cabundle')
      ? ["no controller writes the authority of OpenShift's service CA into it"]
      : [];
  });
  return [...served, ...bundle];
}

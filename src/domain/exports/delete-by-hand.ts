import type { ImageLocation } from '../oci/image-location.ts';

/** Where a person deletes an image that the API of its registry does not delete. */
export function deleteByHand({ host, path, tag = '' }: ImageLocation): string {
  if (openShiftHost.test(host)) {
    const slash = path.indexOf('/');
    const stream = `${path.slice(slash + 1)}:${tag}`;
    return `delete its tag with \`oc delete imagestreamtag ${stream} --namespace=${path.slice(0, slash)}\``;
  }
  const place = pageOf(host, path);
  return place === undefined
    ? `delete the tag ${tag} of ${path} on the web page of ${host}, or ask its operator`
    : `delete the tag ${tag} at ${place}`;
}

/** The route and the service of the registry of OpenShift, by their usual names. Its accounts may push and not delete. */
const openShiftHost =
  /^(?:default-route-openshift-image-registry\.|image-registry\.openshift-image-registry\.svc(?::|\.|$))/;

/** Web pages of registries that have no deletion in their registry API, or only with rights that few accounts have. */
function pageOf(host: string, path: string): string | undefined {
  if (host === 'docker.io') return `https://hub.docker.com/repository/docker/${path}/tags`;
  if (host === 'quay.io') return `https://quay.io/repository/${path}?tab=tags`;
  if (host === 'ghcr.io') return `https://github.com/${path.split('/').slice(0, 1).join('')}?tab=packages`;
  return undefined;
}

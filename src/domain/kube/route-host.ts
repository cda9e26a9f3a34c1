import { removeAt, type Operation } from './json-patch.ts';
import { arrayAt, stringAt } from '../core/json-object.ts';
import { type Resource, kindOf, textsAt } from './resource.ts';

const hostGenerated = 'openshift.io/host.generated';

/**
 * Whether OpenShift's router made up the host of a Route. The mark alone does not prove it: it remains when a user edits
 * the host. A generated host is `<name>-<namespace>.<domain>` (openshift/library-go pkg/route/hostassignment); the status
 * names the router in that domain.
 */
function isHostGenerated(route: Resource): boolean {
  const host = stringAt(route, 'spec', 'host');
  if (!isMarked(route) || host === undefined) return false;
  const { name, namespace = '' } = route.metadata;
  const [prefix, domains] = [`${name}-${namespace}.`, routerDomains(route)];
  return domains.length === 0 ? host.startsWith(prefix) : domains.some((domain) => host === prefix + domain);
}

/** Whether a host of a Route says nothing of what its owner wants; of a Route without a status the mark decides. */
export function isHostOfRouter(route: Resource): boolean {
  return isMarked(route) && (routerDomains(route).length === 0 || isHostGenerated(route));
}

/** Removes a host that the router made up; a host that a user chose remains, without the mark that denies it. */
export function cleanRoute(route: Resource): readonly Operation[] {
  if (!isRoute(route) || !isMarked(route) || stringAt(route, 'spec', 'host') === undefined) return [];
  return [removeAt(isHostGenerated(route) ? ['spec', 'host'] : ['metadata', 'annotations', hostGenerated])];
}

/** Reports a chosen host in the domain of the source's router: clients reach the destination under another one. */
export function noteRoute(route: Resource): readonly string[] {
  const host = stringAt(route, 'spec', 'host');
  if (!isRoute(route) || host === undefined || isHostGenerated(route)) return [];
  const domain = routerDomains(route).find((each) => host.endsWith(`.${each}`));
  return domain === undefined ? [] : [`its host ${host} is in the domain of the source's router (${domain})`];
}

/** The domains of the routers that admitted a Route: their names without the first label. */
function routerDomains(route: Resource): readonly string[] {
  return arrayAt(route, 'status', 'ingress').flatMap((entry) => {
    const router = stringAt(entry, 'routerCanonicalHostname') ?? '';
    return router.includes('.') ? [router.slice(router.indexOf('.') + 1)] : [];
  });
}

function isMarked(route: Resource): boolean {
  return textsAt(route, 'annotations')[hostGenerated] === 'true';
}

function isRoute(resource: Resource): boolean {
  return kindOf(resource) === 'Route.route.openshift.io';
}

import { arrayAt, stringAt, valueAt } from '../core/json-object.ts';
import { describeResource, keyOf, textsAt, type Resource } from '../kube/resource.ts';
import { withoutTrailing } from '../core/without-trailing.ts';
import type { ReleaseId } from '../helm/helm.ts';

/** Where an Ingress takes requests. */
export interface Route {
  /** Lower case; empty: every host. */
  readonly host: string;
  /** `/` or without a slash at its end. */
  readonly path: string;
}

export interface RouteClash {
  readonly route: Route;
  readonly taken: Resource;
  /** `<namespace>/<release>` that owns the Ingress; undefined when helm did not install it. */
  readonly owner: string | undefined;
}

/** The routes of an Ingress: https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/ */
export function routesOf(ingress: Resource): readonly Route[] {
  return arrayAt(ingress, 'spec', 'rules').flatMap((rule) => {
    const host = (stringAt(rule, 'host') ?? '').toLowerCase();
    const paths = arrayAt(rule, 'http', 'paths').map((path) => normalPath(stringAt(path, 'path')));
    return (paths.length === 0 ? ['/'] : paths).map((path) => ({ host, path }));
  });
}

/** The Ingresses of other releases that have a planned route. */
export function findClashes(
  planned: readonly Resource[],
  existing: readonly Resource[],
  release: ReleaseId,
): readonly RouteClash[] {
  const wanted = planned.filter(isIngress).flatMap(routesOf);
  const others = existing.filter((ingress) => !belongsTo(ingress, release));
  return wanted.flatMap((route) => {
    const taken = others.find((ingress) => routesOf(ingress).some((other) => isSame(other, route)));
    return taken === undefined ? [] : [{ route, taken, owner: ownerOf(taken) }];
  });
}

export function isIngress(resource: Resource): boolean {
  const { group, kind } = keyOf(resource);
  return kind === 'Ingress' && group === 'networking.k8s.io';
}

/** As a person writes it: `shop.example.com/path`. */
export function formatRoute({ host, path }: Route): string {
  return `${host === '' ? '*' : host}${path === '/' ? '' : path}`;
}

export function describeClash({ route, taken, owner }: RouteClash): string {
  const by = owner === undefined ? 'an unknown owner' : `release ${owner}`;
  return `${formatRoute(route)} belongs to ${by} (${describeResource(taken)})`;
}

/** Whether helm installed an object as part of a release: https://helm.sh/docs/chart_best_practices/labels/ */
function belongsTo(resource: Resource, { namespace, name }: ReleaseId): boolean {
  return ownerOf(resource) === `${namespace}/${name}`;
}

function ownerOf(resource: Resource): string | undefined {
  const annotations = textsAt(resource, 'annotations');
  const name = annotations['meta.helm.sh/release-name'];
  const namespace = annotations['meta.helm.sh/release-namespace'];
  return name === undefined || namespace === undefined ? undefined : `${namespace}/${name}`;
}

function normalPath(path: string | undefined): string {
  return withoutTrailing(path ?? '/', '/') || '/';
}

function isSame(a: Route, b: Route): boolean {
  return a.host === b.host && a.path === b.path;
}

/** A URL for each route, as far as the hosts are known. */
export function urlsOf(ingresses: readonly Resource[]): readonly string[] {
  return ingresses.flatMap((ingress) => {
    const secured = new Set(
      arrayAt(ingress, 'spec', 'tls').flatMap((tls) => arrayAt(tls, 'hosts').map((host) => String(host).toLowerCase())),
    );
    const hasDefaultTls = valueAt(ingress, 'spec', 'tls', 0) !== undefined && secured.size === 0;
    return routesOf(ingress)
      .filter(({ host }) => host !== '')
      .map((route) => `${secured.has(route.host) || hasDefaultTls ? 'https' : 'http'}://${formatRoute(route)}`);
  });
}

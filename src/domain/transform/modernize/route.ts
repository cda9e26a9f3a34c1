import { removeAt, type Operation } from '../../kube/json-patch.ts';
import { arrayAt, isObject, stringAt, valueAt } from '../../core/json-object.ts';
import { keyOf, type Resource, textsAt } from '../../kube/resource.ts';
import { isHostOfRouter } from '../../kube/route-host.ts';
import type { ModernizeOptions } from '../transform-options.ts';
import type { ExportFacts } from './export-facts.ts';

/** What a Route (route.openshift.io/v1) asks for, in the words that Ingress and HTTPRoute share. */
export interface RouteShape {
  /** Undefined: every host. */
  readonly host: string | undefined;
  readonly path: string;
  /** At least one. */
  readonly backends: readonly [Backend, ...Backend[]];
  readonly tls: RouteTls | undefined;
  /** Path that takes the place of `path` on the way to the backend; undefined: none does. */
  readonly rewrite: string | undefined;
  /** Annotations that only OpenShift's router reads, the rewrite apart. */
  readonly routerSettings: readonly string[];
}

export interface Backend {
  readonly service: string;
  /** Of the Service, not of its pods. */
  readonly port: number;
  readonly weight: number;
}

export interface RouteTls {
  readonly termination: string;
  /** Secret of type kubernetes.io/tls; undefined: the router's own certificate. */
  readonly secret: string | undefined;
  /** Whether certificate and key stand in the Route itself. */
  readonly isInline: boolean;
  /** What happens to plain HTTP: `Allow`, `Redirect`, or `None`. */
  readonly insecure: string;
}

interface RouteContext {
  readonly modernize: ModernizeOptions;
  readonly facts: ExportFacts;
  /** Namespace at the destination. */
  readonly namespace: string;
}

const defaultWeight = 100;
const generatedHost = 'openshift.io/host.generated';
const rewriteTarget = 'haproxy.router.openshift.io/rewrite-target';
const routerPrefixes = ['haproxy.router.openshift.io/', 'router.openshift.io/'];

/** Reads a Route; a text says why it cannot be converted. */
export function readRoute(route: Resource, context: RouteContext): RouteShape | string {
  const spec = valueAt(route, 'spec');
  const tls = readTls(route);
  if (tls?.termination === 'passthrough') {
    return 'its TLS ends at the pods (passthrough), which neither an Ingress nor an HTTPRoute can say: a TLSRoute or a Service of type LoadBalancer can';
  }
  const target = valueAt(spec, 'port', 'targetPort');
  const backendOf = (entry: unknown): Backend | string => readBackend(entry, { route, target, context });
  const first = backendOf(valueAt(spec, 'to'));
  if (typeof first === 'string') return first;
  const others: Backend[] = [];
  for (const entry of arrayAt(spec, 'alternateBackends')) {
    const other = backendOf(entry);
    if (typeof other === 'string') return other;
    others.push(other);
  }
  const annotations = textsAt(route, 'annotations');
  return {
    host: hostOf(route, context),
    path: stringAt(spec, 'path') ?? '/',
    backends: [first, ...others],
    tls,
    rewrite: annotations[rewriteTarget],
    routerSettings: Object.keys(annotations).filter((key) => key !== rewriteTarget && isRouterSetting(key)),
  };
}

interface BackendPlace {
  readonly route: Resource;
  readonly target: unknown;
  readonly context: RouteContext;
}

function readBackend(entry: unknown, { route, target, context }: BackendPlace): Backend | string {
  const name = stringAt(entry, 'name') ?? '';
  const service = context.facts.service(keyOf(route).namespace, name);
  const port = service === undefined ? undefined : portOf(service, target);
  if (port === undefined) return `the export does not have the port of Service ${name} that it leads to`;
  const weight = valueAt(entry, 'weight');
  return { service: name, port, weight: typeof weight === 'number' ? weight : defaultWeight };
}

/** Removes the annotations that mean something to OpenShift's router alone. */
export function forgetRouter(route: Resource): readonly Operation[] {
  return Object.keys(textsAt(route, 'annotations'))
    .filter((key) => key === generatedHost || isRouterSetting(key))
    .map((key) => removeAt(['metadata', 'annotations', key]));
}

/** What neither kind can say, whatever the Route becomes. */
export function commonNotes({ host, routerSettings }: RouteShape): readonly string[] {
  return [
    ...(host === undefined
      ? ["it answers for every host: the source's router had made up one, and no route-domain is given"]
      : []),
    ...(routerSettings.length === 0
      ? []
      : [`settings of OpenShift's router are dropped: ${routerSettings.join(', ')}`]),
  ];
}

function isRouterSetting(key: string): boolean {
  return routerPrefixes.some((prefix) => key.startsWith(prefix));
}

function hostOf(route: Resource, { modernize, namespace }: RouteContext): string | undefined {
  const host = stringAt(route, 'spec', 'host') ?? '';
  if (host !== '' && !isHostOfRouter(route)) {
    const isWildcard = stringAt(route, 'spec', 'wildcardPolicy') === 'Subdomain';
    return isWildcard ? host.replace(/^[^.]+/, '*') : host;
  }
  if (modernize.domain === '') return undefined;
  // As OpenShift's router makes names itself.
  const subdomain = stringAt(route, 'spec', 'subdomain') ?? '';
  return `${subdomain === '' ? `${route.metadata.name}-${namespace}` : subdomain}.${modernize.domain}`;
}

function readTls(route: Resource): RouteTls | undefined {
  const tls = valueAt(route, 'spec', 'tls');
  if (!isObject(tls)) return undefined;
  const external = stringAt(tls, 'externalCertificate', 'name');
  const isInline = external === undefined && (stringAt(tls, 'certificate') ?? '') !== '';
  const insecure = stringAt(tls, 'insecureEdgeTerminationPolicy') ?? '';
  return {
    termination: stringAt(tls, 'termination') ?? 'edge',
    secret: external ?? (isInline ? `${route.metadata.name}-tls` : undefined),
    isInline,
    insecure: insecure === '' ? 'None' : insecure,
  };
}

/** The port of a Service that a Route's target means: its name or the pods' number; without a target the first. */
function portOf(service: Resource, target: unknown): number | undefined {
  const ports = arrayAt(service, 'spec', 'ports');
  if (target === undefined || target === null) return numberOf(ports[0]);
  const wanted = typeof target === 'string' && /^\d+$/.test(target) ? Number(target) : target;
  const found = ports.find((port) =>
    typeof wanted === 'string'
      ? stringAt(port, 'name') === wanted
      : (valueAt(port, 'targetPort') ?? valueAt(port, 'port')) === wanted,
  );
  // The pods may give a name to the number that the Route knows, which a single port cannot hide.
  return numberOf(found ?? (ports.length === 1 ? ports[0] : undefined));
}

function numberOf(port: unknown): number | undefined {
  const number = valueAt(port, 'port');
  return typeof number === 'number' ? number : undefined;
}

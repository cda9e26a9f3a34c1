import { replaceAt } from '../../kube/json-patch.ts';
import type { JsonObject } from '../../core/json-object.ts';
import type { Resource } from '../../kube/resource.ts';
import type { Change } from './change.ts';
import type { ModernizeOptions } from '../transform-options.ts';
import { commonNotes, forgetRouter, type Backend, type RouteShape, type RouteTls } from './route.ts';

/** A Route as an Ingress (networking.k8s.io/v1), and what an Ingress leaves to its controller. */
export function toIngress(route: Resource, shape: RouteShape, { ingressClass }: ModernizeOptions): Change {
  const { host, path, tls } = shape;
  const { service, port } = heaviest(shape);
  const backend = { service: { name: service, port: { number: port } } };
  const spec = {
    ...(ingressClass === '' ? {} : { ingressClassName: ingressClass }),
    ...tlsOf(tls, host),
    rules: [{ ...(host === undefined ? {} : { host }), http: { paths: [{ path, pathType: 'Prefix', backend }] } }],
  };
  return {
    patches: [
      replaceAt(['apiVersion'], 'networking.k8s.io/v1'),
      replaceAt(['kind'], 'Ingress'),
      replaceAt(['spec'], spec),
      ...forgetRouter(route),
    ],
    notes: [...commonNotes(shape), ...splitNotes(shape), ...rewriteNotes(shape), ...tlsNotes(tls)],
  };
}

function heaviest({ backends }: RouteShape): Backend {
  return backends.reduce((best, each) => (each.weight > best.weight ? each : best));
}

function tlsOf(tls: RouteTls | undefined, host: string | undefined): JsonObject {
  if (tls === undefined) return {};
  const { secret } = tls;
  const entry = {
    ...(host === undefined ? {} : { hosts: [host] }),
    ...(secret === undefined ? {} : { secretName: secret }),
  };
  return Object.keys(entry).length === 0 ? {} : { tls: [entry] };
}

function splitNotes(shape: RouteShape): readonly string[] {
  const { backends } = shape;
  if (backends.length === 1) return [];
  const shares = backends.map(({ service, weight }) => `${service} ${String(weight)}`).join(', ');
  return [`the traffic was split (${shares}): all of it is sent to ${heaviest(shape).service}`];
}

function rewriteNotes({ rewrite }: RouteShape): readonly string[] {
  return rewrite === undefined ? [] : [`the path is no longer rewritten to ${rewrite}`];
}

function tlsNotes(tls: RouteTls | undefined): readonly string[] {
  if (tls === undefined) return [];
  const { insecure, termination } = tls;
  const before = insecure === 'Redirect' ? 'redirected to HTTPS' : 'refused';
  return [
    ...inlineNotes(tls),
    ...(termination === 'reencrypt' ? ['its pods speak TLS: configure the controller for it'] : []),
    ...(insecure === 'Allow' ? [] : [`plain HTTP was ${before}: the controller decides now`]),
  ];
}

function inlineNotes({ isInline, secret = '' }: RouteTls): readonly string[] {
  return isInline
    ? [
        `certificate and key stood in the Route and are dropped: make a Secret ${secret} of type kubernetes.io/tls of them`,
      ]
    : [];
}

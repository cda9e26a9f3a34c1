import { replaceAt, type Operation } from '../../kube/json-patch.ts';
import type { JsonObject } from '../../core/json-object.ts';
import type { Resource } from '../../kube/resource.ts';
import type { ModernizeOptions } from '../transform-options.ts';
import type { Change } from './change.ts';
import { commonNotes, forgetRouter, type Backend, type RouteShape, type RouteTls } from './route.ts';

/** A Route as an Ingress (networking.k8s.io/v1), and what an Ingress leaves to its controller. */
export function toIngress(route: Resource, shape: RouteShape, { ingressClass }: ModernizeOptions): Change {
  const { host, path, tls, rewrite } = shape;
  const { service, port } = heaviest(shape);
  const backend = { service: { name: service, port: { number: port } } };
  const spec = {
    ...(ingressClass === '' ? {} : { ingressClassName: ingressClass }),
    ...tlsOf(tls, host),
    rules: [{ ...(host === undefined ? {} : { host }), http: { paths: [{ path, pathType: 'Prefix', backend }] } }],
  };
  return {
    patches: become({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', spec }, route),
    notes: [
      ...commonNotes(shape),
      ...splitNotes(shape),
      ...(rewrite === undefined ? [] : [`the path is no longer rewritten to ${rewrite}`]),
      ...ingressTlsNotes(tls),
    ],
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

function ingressTlsNotes(tls: RouteTls | undefined): readonly string[] {
  if (tls === undefined) return [];
  const { insecure, termination, isInline, secret = '' } = tls;
  const inline = `certificate and key stood in the Route and are dropped: make a Secret ${secret} of type kubernetes.io/tls of them`;
  const before = insecure === 'Redirect' ? 'redirected to HTTPS' : 'refused';
  return [
    ...(isInline ? [inline] : []),
    ...(termination === 'reencrypt' ? ['its pods speak TLS: configure the controller for it'] : []),
    ...(insecure === 'Allow' ? [] : [`plain HTTP was ${before}: the controller decides now`]),
  ];
}

/** A Route as an HTTPRoute (gateway.networking.k8s.io/v1), and what belongs into its Gateway. */
export function toHttpRoute(route: Resource, shape: RouteShape, { gateway }: ModernizeOptions): Change {
  const { host, path, tls, rewrite } = shape;
  const { namespace, name } = gateway;
  const urlRewrite = { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: rewrite } };
  const filters = rewrite === undefined ? {} : { filters: [{ type: 'URLRewrite', urlRewrite }] };
  const spec = {
    parentRefs: [{ name, ...(namespace === '' ? {} : { namespace }) }],
    ...(host === undefined ? {} : { hostnames: [host] }),
    rules: [{ matches: [{ path: { type: 'PathPrefix', value: path } }], ...filters, backendRefs: backendsOf(shape) }],
  };
  return {
    patches: become({ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', spec }, route),
    notes: [...commonNotes(shape), ...gatewayTlsNotes(tls)],
  };
}

function backendsOf({ backends }: RouteShape): readonly JsonObject[] {
  const isSplit = backends.length > 1;
  return backends.map(({ service, port, weight }) => ({ name: service, port, ...(isSplit ? { weight } : {}) }));
}

function gatewayTlsNotes(tls: RouteTls | undefined): readonly string[] {
  if (tls === undefined) return [];
  const { termination, insecure, isInline, secret } = tls;
  const certificate = isInline
    ? 'the certificate and key that stood in the Route'
    : secret === undefined
      ? 'a certificate for the host'
      : `Secret ${secret}`;
  return [
    `its TLS ends at the Gateway: give the listener ${certificate}`,
    ...(termination === 'reencrypt' ? ['its pods speak TLS: a BackendTLSPolicy must say so'] : []),
    ...(insecure === 'Allow' ? [] : [`plain HTTP (${insecure}) is decided by the listeners of the Gateway`]),
  ];
}

function become(members: JsonObject, route: Resource): readonly Operation[] {
  return [...Object.entries(members).map(([key, value]) => replaceAt([key], value)), ...forgetRouter(route)];
}

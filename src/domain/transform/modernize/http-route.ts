import { replaceAt } from '../../kube/json-patch.ts';
import type { JsonObject } from '../../core/json-object.ts';
import type { Resource } from '../../kube/resource.ts';
import type { Change } from './change.ts';
import type { ModernizeOptions } from '../transform-options.ts';
import { commonNotes, forgetRouter, type RouteShape, type RouteTls } from './route.ts';

/** A Route as an HTTPRoute (gateway.networking.k8s.io/v1), and what belongs into its Gateway. */
export function toHttpRoute(route: Resource, shape: RouteShape, { gateway }: ModernizeOptions): Change {
  const { host, path, tls, rewrite } = shape;
  const { namespace, name } = gateway;
  const filters =
    rewrite === undefined
      ? {}
      : {
          filters: [
            { type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: rewrite } } },
          ],
        };
  const spec = {
    parentRefs: [{ name, ...(namespace === '' ? {} : { namespace }) }],
    ...(host === undefined ? {} : { hostnames: [host] }),
    rules: [{ matches: [{ path: { type: 'PathPrefix', value: path } }], ...filters, backendRefs: backendsOf(shape) }],
  };
  return {
    patches: [
      replaceAt(['apiVersion'], 'gateway.networking.k8s.io/v1'),
      replaceAt(['kind'], 'HTTPRoute'),
      replaceAt(['spec'], spec),
      ...forgetRouter(route),
    ],
    notes: [...commonNotes(shape), ...tlsNotes(tls)],
  };
}

function backendsOf({ backends }: RouteShape): readonly JsonObject[] {
  const isSplit = backends.length > 1;
  return backends.map(({ service, port, weight }) => ({ name: service, port, ...(isSplit ? { weight } : {}) }));
}

function tlsNotes(tls: RouteTls | undefined): readonly string[] {
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

import { describe, expect, it } from 'vitest';

import { isObject } from '../../../../../src/domain/core/json-object.ts';
import type { Resource } from '../../../../../src/domain/kube/resource.ts';
import type { OptionalFlags } from '../../../../../src/domain/transform/transform-options.ts';
import { internal, modernize, type Shown } from '../../../../builders/modernize.ts';
import { aResource } from '../../../../builders/transform.ts';

const gateway = { modernize: 'gateway', gateway: 'infrastructure/public' };
const host = 'www.example.com';
const service = aService('web', [{ name: 'http', port: 80, targetPort: 8080 }]);

function aService(name: string, ports: unknown): Resource {
  return aResource('v1 Service', name, { spec: { ports } });
}

function aRoute(spec: object = {}, annotations: object = {}): Resource {
  return aResource('route.openshift.io/v1 Route', 'web', {
    metadata: { annotations },
    spec: { host, to: { kind: 'Service', name: 'web' }, ...spec },
  });
}

function convert(route: Resource, flags: OptionalFlags = {}, others: readonly Resource[] = [service]): Shown {
  return modernize(route, others, flags);
}

/** The specification that takes the place of the Route's. */
function specOf(shown: Shown): object {
  const spec = shown.patches.find((patch) => patch.startsWith('replace /spec '))?.slice('replace /spec '.length);
  const value: unknown = JSON.parse(spec ?? 'null');
  return isObject(value) ? value : { missing: shown.reason };
}

describe('a Route becomes an Ingress', () => {
  it('with its host, path and Service', () => {
    const shown = convert(aRoute({ path: '/api', port: { targetPort: 'http' } }), { 'ingress-class': 'public' });
    expect(shown.patches).toContain('replace /apiVersion "networking.k8s.io/v1"');
    expect(shown.patches).toContain('replace /kind "Ingress"');
    const backend = { service: { name: 'web', port: { number: 80 } } };
    expect(specOf(shown)).toEqual({
      ingressClassName: 'public',
      rules: [{ host, http: { paths: [{ path: '/api', pathType: 'Prefix', backend }] } }],
    });
    expect(shown.notes).toEqual([]);
  });

  it.each([
    [{ termination: 'edge' }, [{ hosts: [host] }], 'plain HTTP was refused'],
    [{ insecureEdgeTerminationPolicy: 'Redirect' }, [{ hosts: [host] }], 'plain HTTP was redirected'],
    [
      { insecureEdgeTerminationPolicy: 'Allow', certificate: 'c', key: 'k' },
      [{ hosts: [host], secretName: 'web-tls' }],
      'make a Secret web-tls',
    ],
    [
      { insecureEdgeTerminationPolicy: 'Allow', termination: 'reencrypt', externalCertificate: { name: 'mine' } },
      [{ hosts: [host], secretName: 'mine' }],
      'its pods speak TLS',
    ],
  ])('with TLS %j', (tls, expected, note) => {
    const shown = convert(aRoute({ tls }));
    expect(specOf(shown)).toMatchObject({ tls: expected });
    expect(shown.notes).toEqual([expect.stringContaining(note)]);
    expect(JSON.stringify(shown)).not.toContain('"k"');
  });

  it('that sends everything to the largest backend, since it cannot split', () => {
    const spec = { to: { name: 'web', weight: 20 }, alternateBackends: [{ name: 'next', weight: 80 }] };
    const next = aService('next', [{ port: 81 }]);
    const shown = convert(aRoute(spec, { 'haproxy.router.openshift.io/rewrite-target': '/' }), {}, [service, next]);
    expect(specOf(shown)).toMatchObject({
      rules: [{ http: { paths: [{ backend: { service: { name: 'next', port: { number: 81 } } } }] } }],
    });
    expect(shown.notes).toEqual([
      'the traffic was split (web 20, next 80): all of it is sent to next',
      'the path is no longer rewritten to /',
    ]);
    const first = convert(aRoute({ ...spec, to: { name: 'web' } }), {}, [service, next]);
    expect(first.notes).toEqual([expect.stringContaining('all of it is sent to web')]);
  });

  it('unless the export has one of this name, or the Route says what nothing else can', () => {
    const rival = aResource('networking.k8s.io/v1 Ingress', 'web');
    expect(convert(aRoute(), {}, [service, rival]).reason).toContain('the export has Ingress of this name');
    expect(convert(aRoute({ tls: { termination: 'passthrough' } })).reason).toContain('passthrough');
  });
});

describe('a Route becomes an HTTPRoute', () => {
  it('with its host, path and Service', () => {
    const shown = convert(aRoute(), gateway);
    expect(shown.patches).toContain('replace /apiVersion "gateway.networking.k8s.io/v1"');
    expect(shown.patches).toContain('replace /kind "HTTPRoute"');
    expect(specOf(shown)).toEqual({
      parentRefs: [{ name: 'public', namespace: 'infrastructure' }],
      hostnames: [host],
      rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }], backendRefs: [{ name: 'web', port: 80 }] }],
    });
    expect(shown.notes).toEqual([]);
  });

  it('that splits and rewrites, at a Gateway of its own namespace', () => {
    const spec = { to: { name: 'web', weight: 20 }, alternateBackends: [{ name: 'next', weight: 80 }] };
    const route = aRoute(spec, { 'haproxy.router.openshift.io/rewrite-target': '/v2' });
    const shown = convert(route, { ...gateway, gateway: 'own' }, [service, aService('next', [{ port: 81 }])]);
    const path = { type: 'ReplacePrefixMatch', replacePrefixMatch: '/v2' };
    expect(specOf(shown)).toMatchObject({
      parentRefs: [{ name: 'own' }],
      rules: [
        {
          filters: [{ type: 'URLRewrite', urlRewrite: { path } }],
          backendRefs: [
            { name: 'web', port: 80, weight: 20 },
            { name: 'next', port: 81, weight: 80 },
          ],
        },
      ],
    });
  });

  it.each([
    [{ insecureEdgeTerminationPolicy: 'Allow' }, ['a certificate for the host']],
    [{ insecureEdgeTerminationPolicy: 'Allow', certificate: 'c' }, ['that stood in the Route']],
    [{ externalCertificate: { name: 'mine' } }, ['Secret mine', 'plain HTTP (None)']],
    [
      { termination: 'reencrypt', insecureEdgeTerminationPolicy: 'Redirect' },
      ['for the host', 'BackendTLSPolicy', 'Redirect'],
    ],
  ])('whose Gateway does TLS %j', (tls, notes) => {
    expect(convert(aRoute({ tls }), gateway).notes).toEqual(
      notes.map((note) => expect.stringContaining(note) as unknown),
    );
  });

  it('unless the export has one of this name', () => {
    const rival = aResource('gateway.networking.k8s.io/v1 HTTPRoute', 'web');
    expect(convert(aRoute(), gateway, [service, rival]).reason).toContain('the export has HTTPRoute of this name');
  });
});

describe('the host', () => {
  const generated = { 'openshift.io/host.generated': 'true' };
  const hostOf = (route: Resource, flags: OptionalFlags = {}): string | undefined =>
    /"hostnames":\["([^"]+)"\]/.exec(JSON.stringify(specOf(convert(route, { ...gateway, ...flags }))))?.[1];

  it("is created again where the source's router made it", () => {
    const flags = { 'route-domain': 'apps.example.org' };
    expect(hostOf(aRoute({}, generated), flags)).toBe('web-shop.apps.example.org');
    expect(hostOf(aRoute({ host: '', subdomain: 'api' }), flags)).toBe('api.apps.example.org');
    const moved = { ...flags, 'registry-replacement': `${internal}/shop=registry.example.org/store` };
    expect(hostOf(aRoute({ host: undefined }), moved)).toBe('web-store.apps.example.org');
  });

  it('is none when no domain is known', () => {
    for (const flags of [{}, gateway]) {
      const shown = convert(aRoute({ tls: { insecureEdgeTerminationPolicy: 'Allow' } }, generated), flags);
      expect(JSON.stringify(specOf(shown))).not.toContain('host');
      expect(shown.notes[0]).toContain('every host');
    }
  });

  it('may be a wildcard', () => {
    expect(hostOf(aRoute({ wildcardPolicy: 'Subdomain' }))).toBe('*.example.com');
  });
});

describe('the port', () => {
  const ports = [
    { name: 'http', port: 80, targetPort: 8080 },
    { name: 'admin', port: 9000, targetPort: 'admin' },
    { name: 'same', port: 7000 },
  ];
  const portOf = (targetPort: unknown, of: unknown = ports): string => {
    const shown = convert(aRoute({ port: { targetPort } }), {}, [aService('web', of)]);
    return shown.reason ?? /"number":(\d+)/.exec(shown.patches.join())?.[1] ?? '';
  };

  it.each([
    ['http', '80'],
    [8080, '80'],
    ['8080', '80'],
    [7000, '7000'],
    ['admin', '9000'],
    [undefined, '80'],
    [null, '80'],
  ])('%j is port %s of the Service', (targetPort, expected) => {
    expect(portOf(targetPort)).toBe(expected);
  });

  it('is the only one whatever the pods call it', () => {
    expect(portOf(8080, [{ port: 80, targetPort: 'web' }])).toBe('80');
  });

  it.each([
    [9001, ports],
    ['none', ports],
    [undefined, []],
  ])('%j is not found', (targetPort, of) => {
    expect(portOf(targetPort, of)).toContain('does not have the port of Service web');
  });

  it('is not known of a Service that is not there', () => {
    expect(convert(aRoute(), {}, []).reason).toContain('Service web');
    expect(convert(aRoute({ to: {} })).reason).toContain('Service ');
    expect(convert(aRoute({ alternateBackends: [{ name: 'next' }] })).reason).toContain('Service next');
  });
});

describe("settings of OpenShift's router", () => {
  it('are dropped and named', () => {
    const shown = convert(
      aRoute({}, { 'haproxy.router.openshift.io/timeout': '60s', 'router.openshift.io/cookie_name': 'c', team: 'x' }),
    );
    expect(shown.patches).toEqual(
      expect.arrayContaining([
        'remove /metadata/annotations/haproxy.router.openshift.io~1timeout',
        'remove /metadata/annotations/router.openshift.io~1cookie_name',
      ]),
    );
    expect(shown.patches).toHaveLength(5);
    expect(shown.notes).toEqual([
      "settings of OpenShift's router are dropped: haproxy.router.openshift.io/timeout, router.openshift.io/cookie_name",
    ]);
  });
});

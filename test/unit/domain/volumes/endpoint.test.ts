import { describe, expect, it } from 'vitest';

import {
  chooseEndpoint,
  ingressAddress,
  loadBalancerAddress,
  nodePortAddress,
  routeAddress,
  routeRefusal,
  serviceAddress,
} from '../../../../src/domain/volumes/endpoint.ts';

const facts = { wanted: undefined, sameCluster: false, servesRoutes: false, subdomain: undefined, nodes: [] };

describe('the endpoint', () => {
  it.each([
    [{ sameCluster: true, servesRoutes: true }, 'cluster-ip'],
    [{ servesRoutes: true, subdomain: 'apps.test' }, 'route'],
    [{ subdomain: 'apps.test' }, 'nginx-ingress'],
    [{ nodes: [{ spec: { providerID: 'aws:///zone/i-1' } }] }, 'load-balancer'],
    [{ nodes: [{ spec: { providerID: 'kind://docker/kind/node' } }] }, 'node-port'],
    [{ nodes: [{ spec: {} }] }, 'node-port'],
    [{}, 'node-port'],
    [{ wanted: 'load-balancer', servesRoutes: true }, 'load-balancer'],
  ])('%j becomes %s', (given, type) => {
    expect(chooseEndpoint({ ...facts, ...given })).toBe(type);
  });

  it('nginx-ingress needs a subdomain', () => {
    expect(() => chooseEndpoint({ ...facts, wanted: 'nginx-ingress' })).toThrow(/needs a subdomain/);
  });
});

const ready = { conditions: [{ type: 'Ready', status: 'True' }] };

describe('the address', () => {
  it('of a Service', () => {
    const address = serviceAddress({ metadata: { name: 'volume-1-server', namespace: 'shop' } });
    expect(address).toEqual({ host: 'volume-1-server.shop.svc', port: 8443 });
    expect(serviceAddress({})).toBeUndefined();
  });

  it('of a node port is that of a ready node, the outer one first, or the one that is given', () => {
    const service = { spec: { ports: [{ nodePort: 30_123 }] } };
    const inner = { type: 'InternalIP', address: '10.0.0.1' };
    const nodes = [
      {
        status: {
          conditions: [{ type: 'Ready', status: 'False' }],
          addresses: [{ type: 'InternalIP', address: '10.0.0.9' }],
        },
      },
      { status: { ...ready, addresses: [inner, { type: 'ExternalIP', address: '192.0.2.1' }] } },
    ];
    expect(nodePortAddress(service, nodes)).toEqual({ host: '192.0.2.1', port: 30_123 });
    expect(nodePortAddress(service, [], 'nodes.test')).toEqual({ host: 'nodes.test', port: 30_123 });
    expect(nodePortAddress(service, [])).toBeUndefined();
    expect(nodePortAddress({ spec: { ports: [{}] } }, nodes)).toBeUndefined();
  });

  it('of a load balancer comes when it has one', () => {
    const service = (ingress: unknown) => ({ status: { loadBalancer: { ingress: [ingress] } } });
    expect(loadBalancerAddress(service({ ip: '192.0.2.7' }))).toEqual({ host: '192.0.2.7', port: 8443 });
    expect(loadBalancerAddress(service({ hostname: 'lb.test', ip: '192.0.2.7' }))).toMatchObject({ host: 'lb.test' });
    expect(loadBalancerAddress({ status: { loadBalancer: {} } })).toBeUndefined();
  });

  it('of a Route comes when a router admits it', () => {
    const route = (status: string) => ({
      status: {
        ingress: [
          { host: 'a.apps.test', conditions: [{ type: 'Admitted', status, reason: 'HostTaken', message: 'no' }] },
        ],
      },
    });
    expect(routeAddress(route('True'))).toEqual({ host: 'a.apps.test', port: 443 });
    expect(routeAddress(route('False'))).toBeUndefined();
    expect(routeRefusal(route('False'))).toBe('HostTaken: no');
    expect(routeRefusal(route('True'))).toBeUndefined();
    expect(routeRefusal({ status: { ingress: [{ conditions: [{ type: 'Admitted', status: 'False' }] }] } })).toBe(
      'refused: no message',
    );
  });

  it('of an Ingress comes when a controller has taken it up', () => {
    const spec = { rules: [{ host: 'a.apps.test' }] };
    const status = { loadBalancer: { ingress: [{ ip: '192.0.2.8' }] } };
    expect(ingressAddress({ spec, status })).toEqual({ host: 'a.apps.test', port: 443 });
    expect(ingressAddress({ spec })).toBeUndefined();
    expect(ingressAddress({ spec: { rules: [] }, status })).toBeUndefined();
  });

  it.each(['a\nexec = /bin/sh', 'a b', '-x', '', 'a;b', '$(id)'])('that is not a host is refused: %j', (host) => {
    const service = { status: { loadBalancer: { ingress: [{ hostname: host }] } } };
    expect(() => loadBalancerAddress(service)).toThrow(/invalid host/);
  });

  it('may be of IPv6', () => {
    const service = { status: { loadBalancer: { ingress: [{ ip: '2001:db8::1' }] } } };
    expect(loadBalancerAddress(service)).toEqual({ host: '2001:db8::1', port: 8443 });
  });
});

import { describe, expect, it } from 'vitest';

import {
  helperIngress,
  helperNetworkPolicy,
  helperRoute,
  helperSecret,
  helperService,
} from '../../../../src/domain/volumes/helper-objects.ts';

const transfer = {
  name: 'volume-1',
  id: 'abc',
  source: { namespace: 'old', claim: 'data' },
  destination: { namespace: 'new', claim: 'data' },
};
const owner = { name: 'volume-1-server', uid: 'uid-1' };
const owned = { transfer, role: 'server', owner } as const;

describe('a helper object', () => {
  it('is owned by the Job of its side, in the namespace of its side', () => {
    const metadata = (role: 'client' | 'server') => helperSecret({ transfer, role, owner }, {}).metadata;
    expect(metadata('client')).toMatchObject({ name: 'volume-1-client', namespace: 'old' });
    expect(metadata('server')).toMatchObject({
      name: 'volume-1-server',
      namespace: 'new',
      ownerReferences: [{ kind: 'Job', name: 'volume-1-server', uid: 'uid-1', controller: true }],
    });
  });

  it.each([
    ['route', 'ClusterIP'],
    ['nginx-ingress', 'ClusterIP'],
    ['load-balancer', 'LoadBalancer'],
    ['node-port', 'NodePort'],
    ['cluster-ip', 'ClusterIP'],
  ] as const)('for %s is a Service of type %s before the pods of this run', (type, expected) => {
    expect(helperService(owned, type)['spec']).toMatchObject({
      type: expected,
      selector: { 'crane-tasks.dev/run': 'volume-1', 'crane-tasks.dev/role': 'server' },
    });
  });
});

describe('the NetworkPolicy', () => {
  it('lets in the tunnel and nothing else, to the pod of this run alone', () => {
    expect(helperNetworkPolicy(owned)['spec']).toEqual({
      podSelector: { matchLabels: { 'crane-tasks.dev/run': 'volume-1', 'crane-tasks.dev/role': 'server' } },
      policyTypes: ['Ingress'],
      ingress: [{ ports: [{ port: 8443, protocol: 'TCP' }] }],
    });
  });
});

describe('the Route', () => {
  it('has a host below the subdomain, and one of the router without', () => {
    expect(helperRoute(owned, 'apps.test')['spec']).toHaveProperty('host', 'volume-1.apps.test');
    expect(helperRoute(owned, undefined)['spec']).not.toHaveProperty('host');
  });

  it('hands the connection through unopened', () => {
    expect(helperRoute(owned, undefined)['spec']).toHaveProperty('tls.termination', 'passthrough');
  });
});

describe('the Ingress', () => {
  it('is of the class that is asked for, and of the default class without', () => {
    const specFor = (ingressClass?: string) => helperIngress(owned, { subdomain: 'apps.test', ingressClass })['spec'];
    expect(specFor('nginx')).toMatchObject({
      ingressClassName: 'nginx',
      rules: [{ host: 'volume-1.apps.test' }],
    });
    expect(specFor(undefined)).not.toHaveProperty('ingressClassName');
  });
});

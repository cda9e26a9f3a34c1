import { describe, expect, it } from 'vitest';

import type { ApiSurface, Limit } from '../../../../src/domain/schemas/documents.ts';
import type { Resource } from '../../../../src/domain/kube/resource.ts';
import { checkQuotas, checkLimits, checkStorage } from '../../../../src/domain/validate/check-capacity.ts';
import { claimDemands } from '../../../../src/domain/validate/demand.ts';
import { aSurface } from '../../../builders/surface.ts';
import { aResource } from '../../../builders/transform.ts';

const small = { requests: { cpu: '500m', memory: '128Mi' }, limits: { cpu: '1' } };

function aWorkload(type: string, spec: object, containers: readonly object[]): Resource {
  return aResource(type, 'web', { spec: { ...spec, template: { spec: { containers } } } });
}

function aClaim(name: string, storageClassName?: string, storage = '1Gi'): Resource {
  return aResource('v1 PersistentVolumeClaim', name, {
    spec: { storageClassName, resources: { requests: { storage } } },
  });
}

const web = aWorkload('apps/v1 Deployment', { replicas: 3 }, [{ name: 'web', resources: small }]);

describe('storage classes', () => {
  const check = (resources: readonly Resource[], more: Partial<ApiSurface> = {}) =>
    checkStorage(claimDemands(resources), aSurface(more));

  it('that claims name, or the default one, are there', () => {
    expect(check([aClaim('a', 'standard'), aClaim('b', 'standard'), aClaim('c')])).toEqual([
      { id: 'storage class (default)', outcome: 'done', reason: 'served', evidence: { claims: 1 } },
      { id: 'storage class standard', outcome: 'done', reason: 'served', evidence: { claims: 2 } },
    ]);
  });

  it('that are missing are gaps, with those that could take their place', () => {
    expect(check([aClaim('a', 'gp2')])).toMatchObject([
      {
        outcome: 'failed',
        reason: 'storage-class-missing',
        message:
          'the destination has standard: map it with storage-class-map, for the claims and for the templates in workloads',
      },
    ]);
    expect(check([aClaim('a')], { storageClasses: [] })).toMatchObject([
      { reason: 'no-default-class', message: expect.stringContaining('none at all') as unknown },
    ]);
  });

  it('come in the order of their names', () => {
    const ids = check(['b', 'a', 'c'].map((name) => aClaim(name, name))).map(({ id }) => id);
    expect(ids).toEqual(['storage class a', 'storage class b', 'storage class c']);
  });

  it('are not known where they cannot be listed, nor for volumes made by hand', () => {
    const unread = [{ what: 'storageClasses', why: 'forbidden' }] as const;
    expect(check([aClaim('a', 'gp2'), aClaim('b', '')], { unread })).toMatchObject([
      { id: 'storage class ""', reason: 'unknown' },
      { id: 'storage class gp2', reason: 'unknown', message: 'forbidden' },
    ]);
  });

  it('of StatefulSets count for the claims that are not there yet', () => {
    const templates = [{ metadata: { name: 'data' }, spec: { resources: { requests: { storage: '2Gi' } } } }, {}];
    const set = aResource('apps/v1 StatefulSet', 'db', { spec: { replicas: 3, volumeClaimTemplates: templates } });
    expect(claimDemands([set, aClaim('data-db-0')])).toEqual([
      { id: 'data-db-*', storageClass: undefined, bytes: 2 ** 31, count: 2 },
      { id: '-db-*', storageClass: undefined, bytes: 0, count: 3 },
      { id: 'data-db-0', storageClass: undefined, bytes: 2 ** 30, count: 1 },
    ]);
  });

  it('of StatefulSets are counted without a list of them, however many replicas it names', () => {
    const countFor = (replicas: number) => {
      const templates = [{ metadata: { name: 'data' }, spec: {} }];
      const set = aResource('apps/v1 StatefulSet', 'db', { spec: { replicas, volumeClaimTemplates: templates } });
      const claims = ['data-db-0', 'data-db-1', 'data-db-01', 'data-db-7'].map((name) => aClaim(name));
      return claimDemands([set, ...claims])[0]?.count;
    };
    expect([2_147_483_647, 5, 1, 0, -1].map(countFor)).toEqual([2_147_483_644, 3, 0, 0, 0]);
  });
});

function checkQuota(
  name: string,
  resources: readonly Resource[],
  {
    hard = '2',
    used,
    limitRanges = [],
    isScoped = false,
  }: { hard?: string; used?: string; limitRanges?: ApiSurface['limitRanges']; isScoped?: boolean } = {},
) {
  const quota = { name: 'q', hard: { [name]: hard }, used: used === undefined ? {} : { [name]: used }, isScoped };
  return checkQuotas(resources, aSurface({ quotas: [quota], limitRanges }))[0];
}

describe('a quota', () => {
  it.each([
    ['pods', 3],
    ['requests.cpu', 1.5],
    ['cpu', 1.5],
    ['limits.cpu', 3],
    ['requests.memory', 3 * 128 * 2 ** 20],
    ['count/deployments.apps', 1],
    ['count/pods', 0],
    ['services', 0],
    ['requests.nvidia.com/gpu', 0],
  ])('on %s needs %d', (name, needed) => {
    expect(checkQuota(name, [web], { hard: '10Gi' })?.evidence).toMatchObject({ needed });
  });

  it('fits when enough is free, and is a gap when not', () => {
    expect(checkQuota('pods', [web], { hard: '5', used: '2' })).toEqual({
      id: 'quota q pods',
      outcome: 'done',
      reason: 'fits',
      message: 'needs 3, 3 of 5 are free',
      evidence: { needed: 3, free: 3 },
    });
    expect(checkQuota('pods', [web], { hard: '5', used: '3' })).toMatchObject({
      outcome: 'failed',
      reason: 'quota-exceeded',
    });
  });

  it('counts the largest container that runs before the others, when it is larger than they are together', () => {
    const init = (cpu: string, more: object = {}) => ({ name: 'init', resources: { requests: { cpu } }, ...more });
    const main = { name: 'main', resources: { requests: { cpu: '1' } } };
    const need = (...inits: object[]) => checkQuota('cpu', [withInits(inits)], { hard: '9' })?.evidence;
    const withInits = (initContainers: readonly object[]) =>
      aResource('apps/v1 Deployment', 'web', {
        spec: { template: { spec: { containers: [main, main], initContainers } } },
      });
    expect(need(init('3'), init('1'))).toMatchObject({ needed: 3 });
    expect(need(init('1'))).toMatchObject({ needed: 2 });
    expect(need(init('1', { restartPolicy: 'Always' }))).toMatchObject({ needed: 3 });
  });

  it('takes a limit for a request, then the defaults of the namespace', () => {
    const none = aWorkload('apps/v1 Deployment', {}, [{ name: 'a' }]);
    const limited = aWorkload('apps/v1 Deployment', {}, [{ name: 'a', resources: { limits: { cpu: '2' } } }]);
    const limits = [{ type: 'Container', max: {}, min: {}, default: { cpu: '1' }, defaultRequest: { cpu: '250m' } }];
    const limitRanges = [{ name: 'l', limits }];
    expect(checkQuota('cpu', [limited], { limitRanges })?.evidence).toMatchObject({ needed: 2 });
    expect(checkQuota('cpu', [none], { limitRanges })?.evidence).toMatchObject({ needed: 0.25 });
    expect(checkQuota('limits.cpu', [none], { limitRanges })?.evidence).toMatchObject({ needed: 1 });
  });

  it('on cpu or memory refuses pods that do not say what they want', () => {
    const silent = aWorkload('apps/v1 Deployment', { replicas: 1 }, [{ name: 'a' }, {}]);
    expect(checkQuota('limits.memory', [silent])).toMatchObject({
      outcome: 'failed',
      reason: 'amount-missing',
      message: expect.stringContaining('Deployment web container a, Deployment web container ') as unknown,
    });
    expect(
      checkQuota('limits.memory', [aWorkload('apps/v1 Deployment', { replicas: 0 }, [{ name: 'a' }])]),
    ).toMatchObject({
      outcome: 'done',
    });
  });

  it('counts storage and claims, of one class too', () => {
    const claims = [aClaim('a', 'fast'), aClaim('b', 'slow', '2Gi')];
    const prefix = 'fast.storageclass.storage.k8s.io/';
    expect(checkQuota('requests.storage', claims, { hard: '3Gi' })?.evidence).toMatchObject({ needed: 3 * 2 ** 30 });
    expect(checkQuota(`${prefix}requests.storage`, claims, { hard: '3Gi' })?.evidence).toMatchObject({
      needed: 2 ** 30,
    });
    expect(checkQuota('persistentvolumeclaims', claims)?.evidence).toMatchObject({ needed: 2 });
    expect(checkQuota(`${prefix}persistentvolumeclaims`, claims)?.evidence).toMatchObject({ needed: 1 });
  });

  it('counts Services by what they take', () => {
    const service = (type?: string) => aResource('v1 Service', 's', { spec: { type } });
    const all = [service(), service('NodePort'), service('LoadBalancer')];
    expect(checkQuota('services', all, { hard: '9' })?.evidence).toMatchObject({ needed: 3 });
    expect(checkQuota('services.nodeports', all)?.evidence).toMatchObject({ needed: 2 });
    expect(checkQuota('services.loadbalancers', all)?.evidence).toMatchObject({ needed: 1 });
  });

  it('counts what Jobs and CronJobs run at a time', () => {
    const job = aWorkload('batch/v1 Job', { parallelism: 2 }, [{ name: 'a' }]);
    const template = { spec: { parallelism: 4, template: { spec: { containers: [{ name: 'a' }] } } } };
    const cron = aResource('batch/v1 CronJob', 'c', { spec: { jobTemplate: template } });
    const pod = aResource('v1 Pod', 'p', { spec: { containers: [{ name: 'a' }] } });
    const idle = aResource('v1 PodTemplate', 't', { template: { spec: { containers: [{ name: 'a' }] } } });
    expect(checkQuota('pods', [job, cron, pod, idle], { hard: '9' })?.evidence).toMatchObject({ needed: 7 });
  });

  it('is not known for what cannot be counted', () => {
    const set = aWorkload('apps/v1 DaemonSet', {}, [{ name: 'a' }]);
    expect(checkQuota('pods', [set, web], { hard: '9' })).toMatchObject({
      reason: 'unknown',
      message: expect.stringContaining('DaemonSet web') as unknown,
    });
    expect(checkQuota('services', [set])).toMatchObject({ reason: 'fits' });
    for (const name of ['persistentvolumeclaims', 'count/pods', 'x.storageclass.storage.k8s.io/requests.storage']) {
      expect(checkQuota(name, [set])).toMatchObject({ reason: 'fits' });
    }
    expect(checkQuota('pods', [], { isScoped: true })).toMatchObject({ reason: 'unknown' });
    expect(checkQuota('Strange Name', [])).toMatchObject({ reason: 'unknown' });
    expect(checkQuota('pods', [], { hard: 'many' })).toMatchObject({ reason: 'unknown' });
    const unread = [{ what: 'quotas', why: 'forbidden' }] as const;
    expect(checkQuotas([], aSurface({ unread }))).toMatchObject([{ reason: 'unknown', message: 'forbidden' }]);
  });
});

describe('the items of a quota', () => {
  it('come name by name, in order', () => {
    const quota = { name: 'q', hard: { pods: '1', cpu: '1', services: '1' }, used: {}, isScoped: false };
    const items = checkQuotas([], aSurface({ quotas: [quota] }));
    expect(items.map(({ id }) => id)).toEqual(['quota q cpu', 'quota q pods', 'quota q services']);
  });

  it('count no objects of a kind that the destination does not serve', () => {
    expect(
      checkQuota('count/gadgets.example.com', [aResource('example.com/v1 Gadget', 'one')])?.evidence,
    ).toMatchObject({
      needed: 0,
    });
  });
});

describe('a limit range', () => {
  const limit: Limit = {
    type: 'Container',
    max: { cpu: '1' },
    min: { memory: '64Mi' },
    default: {},
    defaultRequest: {},
  };

  function check(resources: readonly Resource[], limits: readonly Limit[]) {
    return checkLimits(resources, aSurface({ limitRanges: [{ name: 'l', limits }] }));
  }

  it('is kept', () => {
    expect(check([web], [limit, { ...limit, type: 'Pod', max: { cpu: '1m' } }])).toEqual([
      { id: 'limit range l', outcome: 'done', reason: 'kept' },
    ]);
    expect(check([aWorkload('apps/v1 Deployment', {}, [{ name: 'a' }])], [limit])).toMatchObject([{ outcome: 'done' }]);
  });

  it('is broken by containers that may take more, or ask for less', () => {
    const big = aWorkload('apps/v1 Deployment', {}, [{ name: 'a', resources: { limits: { cpu: '2' } } }]);
    const asking = aWorkload('apps/v1 Deployment', {}, [
      { name: 'a', resources: { requests: { cpu: '3', memory: '1Mi' } } },
    ]);
    expect(check([big], [limit])).toMatchObject([
      {
        outcome: 'failed',
        reason: 'limit-broken',
        message: expect.stringContaining('may take 2 cpu, 1 is the most') as unknown,
      },
    ]);
    expect(check([asking], [limit])).toMatchObject([
      { message: expect.stringMatching(/may take 3 cpu.*asks for 1Mi memory, 64Mi is the least/) as unknown },
    ]);
  });

  it('is broken by claims', () => {
    const claims: Limit = { ...limit, type: 'PersistentVolumeClaim', max: { storage: '1Gi' }, min: { storage: '1Mi' } };
    expect(check([aClaim('a', 'x', '2Gi'), aClaim('b')], [claims])).toMatchObject([
      { reason: 'limit-broken', message: expect.stringContaining('claim a may take') as unknown },
    ]);
  });

  it('is not known where it cannot be listed', () => {
    const unread = [{ what: 'limitRanges', why: 'forbidden' }] as const;
    expect(checkLimits([], aSurface({ unread }))).toMatchObject([{ reason: 'unknown', message: 'forbidden' }]);
  });
});

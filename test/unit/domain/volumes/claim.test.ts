import { describe, expect, it } from 'vitest';

import { claimObject, compareClaim, fillClaimSpec, parseClaim } from '../../../../src/domain/volumes/claim.ts';
import { parseClaimPairs } from '../../../../src/domain/volumes/transfer-values.ts';
import { parseQuantity } from '../../../../src/domain/kube/quantity.ts';

const source = {
  metadata: {
    name: 'data',
    namespace: 'shop',
    uid: '1',
    labels: { app: 'shop' },
    annotations: { 'pv.kubernetes.io/bind-completed': 'yes' },
    finalizers: ['kubernetes.io/pvc-protection'],
  },
  spec: {
    accessModes: ['ReadWriteMany'],
    resources: { requests: { storage: '10Gi' } },
    storageClassName: 'slow',
    volumeName: 'pvc-1',
    dataSource: { kind: 'VolumeSnapshot', name: 's' },
    selector: { matchLabels: { disk: 'x' } },
  },
  status: { phase: 'Bound' },
};
const wish = {
  name: 'data-new',
  namespace: 'shop-new',
  storageClass: 'fast',
  size: undefined,
  accessModes: [],
  madeFor: 'uid/shop/data',
};

describe('the claim at the destination', () => {
  it('keeps labels, size and modes, and nothing that binds it to the source', () => {
    const claim = parseClaim(source);
    expect(claimObject(claim, fillClaimSpec(claim, wish))).toEqual({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: {
        name: 'data-new',
        namespace: 'shop-new',
        labels: { app: 'shop' },
        annotations: { 'crane-tasks.dev/source-claim': 'uid/shop/data' },
      },
      spec: {
        accessModes: ['ReadWriteMany'],
        volumeMode: 'Filesystem',
        resources: { requests: { storage: '10Gi' } },
        storageClassName: 'fast',
      },
    });
  });

  it('takes other sizes and modes when they are asked for, and the default class when none is', () => {
    const claim = parseClaim(source);
    const asked = { ...wish, storageClass: '', size: '20Gi', accessModes: ['ReadWriteOnce'] };
    expect(claimObject(claim, fillClaimSpec(claim, asked))['spec']).toEqual({
      accessModes: ['ReadWriteOnce'],
      volumeMode: 'Filesystem',
      resources: { requests: { storage: '20Gi' } },
    });
  });
});

describe('an existing claim', () => {
  const existing = parseClaim({ ...source, spec: { ...source.spec, storageClassName: 'fast' } });
  const wanted = fillClaimSpec(existing, wish);

  it('will do when it is what is asked for, or larger', () => {
    expect(compareClaim(existing, wanted)).toEqual([]);
    expect(compareClaim({ ...existing, size: '11Gi' }, wanted)).toEqual([]);
    expect(compareClaim({ ...existing, size: '1Gi', capacity: '20Gi' }, wanted)).toEqual([]);
    expect(compareClaim({ ...existing, capacity: '9Gi' }, wanted)).toEqual([]);
    expect(compareClaim({ ...existing, madeFor: wish.madeFor }, wanted)).toEqual([]);
  });

  it.each([
    [['ReadWriteOnce'], ['ReadWriteMany'], []],
    [['ReadOnlyMany', 'ReadWriteOnce'], ['ReadWriteMany'], []],
    [['ReadWriteOncePod'], ['ReadWriteMany'], ['it lacks access mode ReadWriteOncePod']],
    [['ReadWriteOnce'], ['ReadWriteOncePod'], ['it lacks access mode ReadWriteOnce']],
    [['ReadWriteMany'], ['ReadWriteOnce', 'ReadOnlyMany'], ['it lacks access mode ReadWriteMany']],
  ])('that is asked for %j and has %j', (accessModes, own, problems) => {
    expect(compareClaim({ ...existing, accessModes: own }, { ...wanted, accessModes })).toEqual(problems);
  });

  it.each([
    [{ size: '9Gi' }, 'it asks for 9Gi, less than 10Gi'],
    [{ size: '1Gi', capacity: '9Gi' }, 'it asks for 1Gi, less than 10Gi'],
    [{ storageClass: 'slow' }, 'its storage class is slow, not fast'],
    [{ storageClass: '' }, 'its storage class is unset, not fast'],
    [{ accessModes: ['ReadWriteOnce'] }, 'it lacks access mode ReadWriteMany'],
    [{ block: true }, 'it is a block device'],
    [{ terminating: true }, 'it is being deleted'],
    [{ phase: 'Lost' }, 'its volume is lost'],
    [{ madeFor: 'uid/shop/other' }, 'it was made for uid/shop/other'],
  ])('will not do: %j', (change, problem) => {
    expect(compareClaim({ ...existing, ...change }, wanted)).toEqual([problem]);
  });

  it('has no class and no labels when the cluster has none', () => {
    const { resources } = source.spec;
    expect(parseClaim({ metadata: { name: 'x', labels: null }, spec: { resources } })).toEqual({
      name: 'x',
      namespace: '',
      accessModes: [],
      storageClass: '',
      size: '10Gi',
      capacity: undefined,
      block: false,
      phase: '',
      madeFor: '',
      labels: {},
      terminating: false,
    });
  });

  it('must be a claim', () => {
    expect(() => parseClaim({ metadata: { name: 'x' } })).toThrow(/no name or no size/);
    expect(parseClaim({ metadata: { name: 'x', labels: { a: 1, b: 'c' } }, spec: source.spec }).labels).toEqual({
      b: 'c',
    });
  });
});

describe('the names of claims', () => {
  it.each([
    ['data', undefined, [['data', 'data']]],
    ['data', 'new', [['data', 'new']]],
    [
      'data:new, logs',
      undefined,
      [
        ['data', 'new'],
        ['logs', 'logs'],
      ],
    ],
    [
      '*',
      undefined,
      [
        ['one', 'one'],
        ['two', 'two'],
      ],
    ],
  ])('%s with %j', (text, name, pairs) => {
    const parsed = parseClaimPairs(text, name, ['one', 'two']);
    expect(parsed.map(({ source: from, destination }) => [from, destination])).toEqual(pairs);
  });

  it.each([
    ['', undefined],
    ['../x', undefined],
    ['a:b:c', undefined],
    ['a,a', undefined],
    ['a:c,b:c', undefined],
    ['a,b', 'c'],
    ['a', '..'],
    ['Data', undefined],
    ['a\n', 'b%2fc'],
  ])('%j with %j is refused', (text, name) => {
    expect(() => parseClaimPairs(text, name, [])).toThrow(/reading source-pvc-name/);
  });
});

describe('a quantity', () => {
  it.each([
    ['1', 1],
    ['1.5k', 1500],
    ['10Gi', 10 * 1024 ** 3],
    ['100m', 0.1],
    ['1e3', 1000],
    ['.5Ki', 512],
  ])('%s', (text, bytes) => {
    expect(parseQuantity(text)).toBeCloseTo(bytes);
  });

  it.each(['', 'x', '1 Gi', '-1', '1gi', '1constructor'])('%j is refused', (text) => {
    expect(() => parseQuantity(text)).toThrow(/invalid Kubernetes quantity/);
  });
});

import { describe, expect, it } from 'vitest';

import {
  joinObjects,
  namesOf,
  objectOfEntry,
  parseAppliedReport,
  type AppliedObject,
} from '../../../../src/domain/apply/applied-object.ts';

const evidence = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace: 'shop',
  name: 'web',
  uid: 'u-1',
  resourceVersion: '7',
  operation: 'created',
  contentDigest: 'sha256:1',
};
const item = { id: 'apps/v1 Deployment shop/web', outcome: 'done', reason: 'created', evidence };

function objectsOf(...items: readonly unknown[]): readonly unknown[] | undefined {
  return parseAppliedReport({ task: 'kubectl-apply-files', items })?.objects;
}

describe('the report of an apply', () => {
  it('returns each object that it vouches for', () => {
    expect(objectsOf(item)).toEqual([{ id: item.id, ...evidence }]);
    expect(objectsOf({ evidence: { ...evidence, namespace: undefined, resourceVersion: undefined } })).toEqual([
      { id: 'apps/v1 Deployment web', ...evidence, namespace: '', resourceVersion: '' },
    ]);
    expect(objectsOf({ evidence })).toEqual([{ id: 'apps/v1 Deployment shop/web', ...evidence }]);
  });

  it('takes what a former run created for created', () => {
    const found = { ...evidence, operation: 'unchanged', origin: 'created' };
    expect(objectsOf({ ...item, evidence: found })).toEqual([{ id: item.id, ...evidence }]);
    const changed = { ...evidence, operation: 'unchanged', origin: 'changed' };
    expect(objectsOf({ ...item, evidence: changed })).toEqual([{ id: item.id, ...evidence, operation: 'changed' }]);
    const refused = { ...evidence, operation: undefined, origin: 'created' };
    expect(objectsOf({ ...item, outcome: 'failed', evidence: refused })).toEqual([{ id: item.id, ...evidence }]);
  });

  it.each(['apiVersion', 'kind', 'name', 'uid', 'contentDigest', 'operation'])('skips items without %s', (field) => {
    expect(objectsOf({ ...item, evidence: { ...evidence, [field]: '' } })).toEqual([]);
    expect(objectsOf({ ...item, evidence: { ...evidence, [field]: undefined } })).toEqual([]);
  });

  it.each([
    ['name', '..'],
    ['name', 'a/b'],
    ['name', 'a%2fb'],
    ['namespace', '.'],
    ['namespace', 'a/b'],
  ])('skips a %s that leads elsewhere: %s', (field, value) => {
    expect(objectsOf({ ...item, evidence: { ...evidence, [field]: value } })).toEqual([]);
  });

  it('skips items without evidence, and values that are not items', () => {
    expect(objectsOf({ id: 'a', outcome: 'failed' }, 'broken', null)).toEqual([]);
  });

  it('returns the cluster and whether it was a dry run', () => {
    const input = { 'cluster-uid': 'c-1', namespace: 'shop', 'dry-run': true };
    expect(parseAppliedReport({ task: 'kubectl-apply-kustomize', input })).toEqual({
      objects: [],
      clusterUid: 'c-1',
      namespace: 'shop',
      dryRun: true,
    });
    expect(parseAppliedReport({ task: 'kubectl-apply-files' })).toEqual({
      objects: [],
      clusterUid: undefined,
      namespace: '',
      dryRun: false,
    });
  });

  it.each([{ task: 'crane-export' }, {}, 'text', null])('is nothing else: %j', (value) => {
    expect(parseAppliedReport(value)).toBeUndefined();
  });
});

describe('naming an object', () => {
  it('works with and without the group', () => {
    const [object] = parseAppliedReport({ task: 'kubectl-apply-files', items: [item] })?.objects ?? [];
    expect(object && namesOf(object)).toEqual(['Deployment/web', 'Deployment.apps/web']);
    expect(object && namesOf({ ...object, apiVersion: 'v1', kind: 'Pod' })).toEqual(['Pod/web']);
  });
});

describe('the records of several runs', () => {
  const object: AppliedObject = { id: 'a', ...evidence, operation: 'created' };
  const operation = (...objects: readonly AppliedObject[]): readonly string[] =>
    joinObjects(objects).map((each) => `${each.operation} ${each.contentDigest}`);

  it('keep the creation of an object, with the last content', () => {
    const later: AppliedObject = { ...object, contentDigest: 'sha256:2' };
    expect(operation(object, later)).toEqual(['created sha256:2']);
    expect(operation(object, { ...later, operation: 'changed' })).toEqual(['created sha256:1']);
    expect(operation({ ...later, operation: 'unchanged' }, { ...object, operation: 'changed' })).toEqual([
      'changed sha256:1',
    ]);
  });

  it('distinguish objects by UID, kind and name', () => {
    const others = [
      { ...object, uid: 'u-2' },
      { ...object, kind: 'Job' },
      { ...object, name: 'api' },
    ];
    expect(joinObjects([object, ...others])).toHaveLength(4);
  });

  it('need no entry without UID where another has it', () => {
    const unknown: AppliedObject = { ...object, uid: '' };
    expect(joinObjects([unknown, object])).toEqual([object]);
    expect(joinObjects([unknown])).toEqual([unknown]);
  });

  it('come from the journal too', () => {
    const { uid, ...rest } = evidence;
    const entry = { path: '/a', uid, operation: 'created', evidence: rest } as const;
    expect(objectOfEntry(entry)).toEqual({ id: 'apps/v1 Deployment shop/web', ...evidence });
    expect(objectOfEntry({ ...entry, evidence: {} })).toBeUndefined();
    expect(objectOfEntry({ ...entry, evidence: { ...rest, name: '../x' } })).toBeUndefined();
  });
});

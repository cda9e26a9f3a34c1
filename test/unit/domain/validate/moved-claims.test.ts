import { describe, expect, it } from 'vitest';

import { valueAt } from '../../../../src/domain/core/json-object.ts';
import { withMovedClaims } from '../../../../src/domain/validate/moved-claims.ts';
import { parseClaimSettings } from '../../../../src/domain/volumes/claim-settings.ts';
import { noWishes } from '../../../../src/domain/volumes/claim-wishes.ts';
import { aResource } from '../../../builders/transform.ts';
import { refusalOf } from '../../../builders/task-error.ts';

const requests = { requests: { storage: '1Gi' } };
const aClaim = (name: string, more: object = {}) =>
  aResource('v1 PersistentVolumeClaim', name, {
    spec: { storageClassName: 'slow', accessModes: ['ReadWriteOnce'], resources: requests, ...more },
  });
const template = (name: string, spec?: object) => ({ metadata: { name }, ...(spec && { spec }) });
const database = aResource('apps/v1 StatefulSet', 'db', {
  spec: { volumeClaimTemplates: [template('data', { storageClassName: 'slow' }), template('log'), 'odd'] },
});
const web = aResource('apps/v1 Deployment', 'web');

function classesOf(resources: readonly unknown[]): readonly unknown[] {
  return resources.map((resource) => valueAt(resource, 'spec', 'storageClassName'));
}

describe('claims as they are moved', () => {
  it('are those of the source without wishes', () => {
    const all = [aClaim('data'), web];
    expect([...withMovedClaims(all, noWishes)]).toEqual(all);
    expect([...withMovedClaims([web], noWishes)]).toEqual([web]);
    expect([...withMovedClaims([web], { ...noWishes, claims: 'data' })]).toEqual([web]);
  });

  it('get the class that is asked for them, for their class or for all', () => {
    const claims = [aClaim('data'), aClaim('log'), aClaim('cache', { storageClassName: undefined })];
    const classMap = new Map([['slow', 'standard']]);
    const settings = parseClaimSettings('[{"name":"log","storageClass":"fast"}]');
    expect(classesOf([...withMovedClaims(claims, { ...noWishes, classMap, settings })])).toEqual([
      'standard',
      'fast',
      undefined,
    ]);
    expect(classesOf([...withMovedClaims(claims, { ...noWishes, classMap, storageClass: 'all' })])).toEqual([
      'all',
      'all',
      'all',
    ]);
  });

  it('get their new names and sizes, and those that are not moved are not needed', () => {
    const settings = parseClaimSettings('[{"name":"data","newName":"files","size":"5Gi"}]');
    const moved = [...withMovedClaims([aClaim('data'), aClaim('log')], { ...noWishes, claims: 'data', settings })];
    expect(moved.map(({ metadata }) => metadata.name)).toEqual(['files']);
    expect(valueAt(moved[0], 'spec', 'resources')).toEqual({ requests: { storage: '5Gi' } });
  });

  it('are refused with settings that do not fit them', () => {
    const settings = parseClaimSettings('[{"name":"gone"}]');
    expect(refusalOf(() => withMovedClaims([aClaim('data')], { ...noWishes, settings }))).toBe(
      'invalid-param: reading claim-settings: the source has no claim gone',
    );
  });

  it('get their classes in templates too', () => {
    const [set] = withMovedClaims([database], { ...noWishes, classMap: new Map([['slow', 'standard']]) });
    expect(valueAt(set, 'spec', 'volumeClaimTemplates')).toEqual([
      template('data', { storageClassName: 'standard' }),
      template('log', {}),
      { spec: {} },
    ]);
  });
});

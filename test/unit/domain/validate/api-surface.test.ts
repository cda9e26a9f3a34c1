import { describe, expect, it } from 'vitest';

import {
  formatSurface,
  parseSurface,
  readLimitRange,
  readQuota,
  readStorageClass,
} from '../../../../src/domain/validate/api-surface.ts';
import { aSurface } from '../../../builders/surface.ts';

const limit = { type: 'Container', max: { cpu: '2' }, min: {}, default: {}, defaultRequest: {} };

describe('a captured surface', () => {
  it('is the same when it is read again', () => {
    const surface = aSurface({
      unknown: [{ group: 'metrics.k8s.io', version: 'v1', reason: 'down' }],
      quotas: [{ name: 'q', hard: { pods: '2' }, used: { pods: '1' }, isScoped: true }],
      limitRanges: [{ name: 'l', limits: [limit] }],
      unread: [{ what: 'quotas', why: 'forbidden' }],
    });
    expect(parseSurface(formatSurface(surface))).toEqual(surface);
  });

  it('may have members of later versions', () => {
    expect(parseSurface(JSON.stringify({ ...aSurface(), later: true }))).toMatchObject(aSurface());
  });

  it.each<[object, string]>([
    [{ kinds: [null] }, 'kinds[0]: expected object, got null'],
    [{ storageClasses: [{ name: 7, isDefault: true }] }, 'storageClasses[0].name: expected string, got 7'],
    [{ quotas: [{ name: 'q', hard: { pods: 2 }, used: {}, isScoped: false }] }, 'quotas[0].hard.pods: expected string'],
    [{ unread: [{ what: 'pods', why: '' }] }, 'unread[0].what: expected one of storageClasses, quotas, limitRanges'],
  ])('is refused with %j', (more, problem) => {
    expect(() => parseSurface(JSON.stringify({ ...aSurface(), ...more }))).toThrow(
      `reading the captured API surface: ${problem}`,
    );
  });

  it.each(['', 'null', '{}', '{"schemaVersion":2,"kinds":[]}', '{"schemaVersion":1}'])('is refused: %s', (text) => {
    expect(() => parseSurface(text)).toThrow('reading the captured API surface');
  });
});

describe('objects of a cluster are read', () => {
  it('as a storage class', () => {
    const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
    const provisioner = 'example.com/disk';
    const storageClass = { metadata: { name: 'a', annotations }, provisioner };
    expect(readStorageClass(storageClass)).toEqual({ name: 'a', isDefault: true, provisioner });
    expect(readStorageClass({})).toEqual({ name: '', isDefault: false, provisioner: '' });
  });

  it('as a quota, scoped or not', () => {
    const spec = { hard: { pods: 2, bad: {} } };
    expect(readQuota({ metadata: { name: 'a' }, spec, status: { used: { pods: '1' } } })).toEqual({
      name: 'a',
      hard: { pods: '2' },
      used: { pods: '1' },
      isScoped: false,
    });
    expect(readQuota({ spec: { scopes: ['BestEffort'] } })).toMatchObject({ name: '', isScoped: true });
    expect(readQuota({ spec: { scopeSelector: {} } }).isScoped).toBe(true);
  });

  it('as a limit range', () => {
    expect(readLimitRange({ metadata: { name: 'a' }, spec: { limits: [limit] } })).toEqual({
      name: 'a',
      limits: [limit],
    });
    expect(readLimitRange({ spec: { limits: [{}] } }).limits[0]?.type).toBe('');
    expect(readLimitRange({})).toEqual({ name: '', limits: [] });
  });
});

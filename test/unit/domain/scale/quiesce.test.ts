import { describe, expect, it } from 'vitest';

import { controllerOf, isScaledByOwner, isBare, isRunning } from '../../../../src/domain/scale/quiesce.ts';
import { aResource } from '../../../builders/transform.ts';

const ownedBy = (...ownerReferences: readonly object[]) =>
  aResource('apps/v1 ReplicaSet', 'web-1', { metadata: { ownerReferences } });

function aPod(controller: boolean, phase?: string) {
  const ownerReferences = controller ? [{ kind: 'ReplicaSet', name: 'web-1', controller: true }] : [];
  return aResource('v1 Pod', 'web-1-a', { metadata: { ownerReferences }, status: { phase } });
}

describe('an owner', () => {
  it('counts when it is the controller', () => {
    const backup = { kind: 'Backup', name: 'nightly' };
    expect(controllerOf(ownedBy(backup, { kind: 'Deployment', name: 'web', controller: true }))).toBe('Deployment web');
    expect(controllerOf(ownedBy(backup, { ...backup, controller: false }))).toBeUndefined();
    expect(controllerOf(ownedBy())).toBeUndefined();
  });

  it.each([
    ['Deployment', true],
    ['DeploymentConfig', true],
    ['Rollout', false],
    [undefined, false],
  ])('of kind %s takes what it made along to rest: %s', (kind, expected) => {
    expect(isScaledByOwner(ownedBy({ kind, name: 'web', controller: true }))).toBe(expected);
    expect(isScaledByOwner(ownedBy({ kind, name: 'web' }))).toBe(false);
  });

  it('is one even without a name, since it may still undo what is done', () => {
    expect(controllerOf(ownedBy({ controller: true }))).toMatch(/^\W*$/);
  });
});

describe('a pod', () => {
  it.each(['Running', 'Pending', 'Unknown', undefined])('in phase %s may still write', (phase) => {
    expect([isRunning(aPod(true, phase)), isBare(aPod(true, phase))]).toEqual([true, false]);
    expect([isRunning(aPod(false, phase)), isBare(aPod(false, phase))]).toEqual([false, true]);
  });

  it.each(['Succeeded', 'Failed'])('in phase %s has ended', (phase) => {
    const pods = [aPod(true, phase), aPod(false, phase)];
    expect(pods.filter((pod) => isRunning(pod) || isBare(pod))).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';

import { complaintsOf, selectorOf } from '../../../../src/domain/kube/pod-complaints.ts';
import { aResource } from '../../../builders/transform.ts';

function selected(selector: object): string | undefined {
  return selectorOf(aResource('example.com/v1 Gadget', 'web', { spec: { selector } }));
}

function complaints(status: object): readonly string[] {
  return complaintsOf(aResource('v1 Pod', 'a', { status }));
}

describe('the pods of a workload', () => {
  it('need the label alone where a requirement has no operator', () => {
    expect(selected({ matchExpressions: [{ key: 'app' }] })).toBe('app');
  });

  it('are not more than asked for: a requirement without a key is kept for the server to refuse', () => {
    const matchExpressions = [{ operator: 'In', values: ['x'] }];
    expect(selected({ matchLabels: { app: 'web' }, matchExpressions })).toBe('app=web,! in (x)');
  });

  it('are never all of them: what asks for a label without a name cannot be asked for', () => {
    expect(selected({ matchExpressions: [{}] })).toBe('!');
    expect(selected({ matchExpressions: [{ operator: 'DoesNotExist' }] })).toBe('!!');
  });
});

describe('a pod that says little', () => {
  it('is reported with what it says', () => {
    const containerStatuses = [
      { name: 'main', state: { waiting: { reason: 'ImagePullBackOff' } } },
      { name: 'ended', state: { terminated: { exitCode: 3 } } },
    ];
    expect(complaints({ containerStatuses })).toEqual([
      'container main: ImagePullBackOff',
      'container ended: Error (it ended with 3)',
    ]);
  });

  it('is reported without invented words', () => {
    const conditions = [{ type: 'PodScheduled', status: 'False' }];
    const containerStatuses = [{ state: { waiting: { reason: 'CrashLoopBackOff' } } }];
    const [placed, crashed] = complaints({ conditions, containerStatuses });
    expect(placed).toBe('pod not placed');
    expect(crashed).toBe('a container: CrashLoopBackOff');
  });

  it('has nothing to complain of where it was placed and its containers ended well', () => {
    const conditions = [
      { type: 'PodScheduled', status: 'True' },
      { type: 'Ready', status: 'False' },
    ];
    const containerStatuses = [{ name: 'main', state: { terminated: { exitCode: 0 } } }, { name: 'new' }];
    expect(complaints({ conditions, containerStatuses })).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';

import { checkNodes } from '../../../../src/domain/validate/check-nodes.ts';
import { aSurface } from '../../../builders/surface.ts';
import { aResource } from '../../../builders/transform.ts';

const nodes = [
  { name: 'n1', labels: { disk: 'ssd', cores: '8', 'topology.kubernetes.io/zone': 'a' } },
  { name: 'n2', labels: { disk: 'hdd', cores: '4' } },
];

function aPod(spec: object) {
  return aResource('v1 Pod', 'one', { spec: { containers: [{}], ...spec } });
}

const requiring = (...nodeSelectorTerms: readonly object[]) => ({
  affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
});
const expression = (key: string, operator: string, ...values: readonly string[]) =>
  requiring({ matchExpressions: [{ key, operator, values }] });

function reasons(spec: object) {
  return checkNodes([aPod(spec)], aSurface({ nodes })).map(({ reason }) => reason);
}

describe('nodes for pods', () => {
  it.each([
    ['a label', { nodeSelector: { disk: 'ssd' } }, 'node-found'],
    ['another value', { nodeSelector: { disk: 'tape' } }, 'no-node'],
    ['labels of two nodes', { nodeSelector: { disk: 'hdd', 'topology.kubernetes.io/zone': 'a' } }, 'no-node'],
    ['a name', { nodeName: 'n2' }, 'node-found'],
    ['the name of another node', { nodeName: 'n3' }, 'no-node'],
    ['In', expression('disk', 'In', 'tape', 'hdd'), 'node-found'],
    ['NotIn', expression('disk', 'NotIn', 'ssd', 'hdd'), 'no-node'],
    ['NotIn of a label that is absent', expression('gpu', 'NotIn', 'big'), 'node-found'],
    ['Exists', expression('gpu', 'Exists'), 'no-node'],
    ['DoesNotExist', expression('gpu', 'DoesNotExist'), 'node-found'],
    ['Gt', expression('cores', 'Gt', '7'), 'node-found'],
    ['Lt', expression('cores', 'Lt', '4'), 'no-node'],
    ['Gt of a label that is absent', expression('gpu', 'Gt', '0'), 'no-node'],
    ['an unknown operator', expression('disk', 'Near', 'ssd'), 'no-node'],
    [
      'one of two terms',
      requiring(
        { matchExpressions: [{ key: 'gpu', operator: 'Exists' }] },
        { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n1'] }] },
      ),
      'node-found',
    ],
    ['an empty term', requiring({}), 'no-node'],
    ['an expression without a key', requiring({ matchExpressions: [{}] }), 'no-node'],
  ])('by %s', (_, spec, reason) => {
    expect(reasons(spec)).toEqual([reason]);
  });

  it('that may run anywhere, or only prefer a node, are no check', () => {
    const preferring = { affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{}] } } };
    expect([{}, { nodeSelector: {} }, preferring].flatMap(reasons)).toEqual([]);
  });

  it('name what they ask for', () => {
    const spec = { nodeName: 'n3', nodeSelector: { disk: 'tape' }, ...expression('gpu', 'In', 'a', 'b') };
    expect(checkNodes([aPod(spec)], aSurface({ nodes }))[0]).toMatchObject({
      id: 'nodes for v1 Pod shop/one',
      outcome: 'failed',
      message: expect.stringContaining(
        'the name n3, disk=tape, what its node affinity requires (gpu In a, b)',
      ) as unknown,
    });
  });

  it.each([
    [
      'may not be listed',
      { unread: [{ what: 'nodes', why: 'the account may not list /api/v1/nodes' } as const] },
      'may not list',
    ],
    ['were not captured', {}, 'has no nodes'],
  ])('are an open question when nodes %s', (_, more, message) => {
    expect(checkNodes([aPod({ nodeSelector: { disk: 'ssd' } })], aSurface(more))).toEqual([
      expect.objectContaining({
        outcome: 'skipped',
        reason: 'unknown',
        message: expect.stringContaining(message) as unknown,
      }),
    ]);
  });
});

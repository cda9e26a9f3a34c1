import { describe, expect, it } from 'vitest';

import { addAt, removeAt, replaceAt, type Operation } from '../../../../src/domain/kube/json-patch.ts';
import { mergeVerdicts, type MergedVerdict } from '../../../../src/domain/transform/merge-verdicts.ts';
import { showOperation } from '../../../builders/transform.ts';

function merge(...lists: readonly (readonly Operation[])[]): {
  patches: readonly string[];
  ignored: readonly string[];
} {
  const decision: MergedVerdict = mergeVerdicts(
    lists.map((patches, index) => ({ plugin: `P${String(index)}`, verdict: { kind: 'patches', patches } })),
  );
  if (decision.kind === 'whiteout') throw new Error('no whiteout was given');
  return {
    patches: decision.patches.map(showOperation),
    ignored: decision.ignored.map(({ plugin, operation }) => `${plugin} ${showOperation(operation)}`),
  };
}

describe('merging what plugins want', () => {
  it('lets a whiteout win over everything, and keeps who decided and why', () => {
    const decision = mergeVerdicts([
      { plugin: 'A', verdict: { kind: 'patches', patches: [removeAt(['a'])] } },
      { plugin: 'B', verdict: { kind: 'whiteout', reason: 'because' } },
      { plugin: 'C', verdict: { kind: 'whiteout', reason: 'too late' } },
    ]);
    expect(decision).toEqual({ kind: 'whiteout', plugin: 'B', reason: 'because' });
  });

  it('keeps the notes of all, in their order', () => {
    const decision = mergeVerdicts([
      { plugin: 'A', verdict: { kind: 'patches', patches: [], notes: ['one', 'two'] } },
      { plugin: 'B', verdict: { kind: 'patches', patches: [] } },
      { plugin: 'C', verdict: { kind: 'patches', patches: [], notes: ['three'] } },
    ]);
    expect(decision).toHaveProperty('notes', ['one', 'two', 'three']);
  });

  it('keeps one of equal operations', () => {
    expect(merge([addAt(['a'], {}), addAt(['a', 'b'], 1)], [addAt(['a'], {}), addAt(['a', 'c'], 2)])).toEqual({
      patches: ['add /a {}', 'add /a/b 1', 'add /a/c 2'],
      ignored: [],
    });
  });

  it('lets the earlier plugin win on one place', () => {
    expect(merge([replaceAt(['a'], 1)], [replaceAt(['a'], 2), replaceAt(['b'], 2)])).toEqual({
      patches: ['replace /a 1', 'replace /b 2'],
      ignored: ['P1 replace /a 2'],
    });
  });

  it('lets the earlier plugin win where one place is in the other', () => {
    expect(merge([removeAt(['a'])], [replaceAt(['a', 'b'], 2)]).ignored).toEqual(['P1 replace /a/b 2']);
    expect(merge([replaceAt(['a', 'b'], 2)], [removeAt(['a'])]).ignored).toEqual(['P1 remove /a']);
    expect(merge([replaceAt(['a', 'b'], 2)], [{ op: 'test', path: '/a', value: {} }]).ignored).toEqual([]);
    expect(merge([{ op: 'test', path: '/a', value: {} }], [replaceAt(['a', 'b'], 2)]).ignored).toEqual([]);
    expect(merge([removeAt(['ab'])], [removeAt(['a'])]).ignored).toEqual([]);
  });

  it('appends what both append', () => {
    expect(merge([addAt(['a', '-'], 1)], [addAt(['a', '-'], 2)]).patches).toEqual(['add /a/- 1', 'add /a/- 2']);
    expect(merge([addAt(['a', '-'], 1)], [removeAt(['a', '-'])]).ignored).toHaveLength(1);
  });

  it('keeps the order of one plugin, also on one place', () => {
    const patches = [addAt(['a'], {}), removeAt(['x', 0]), removeAt(['x', 0]), replaceAt(['a'], 1)];
    expect(merge(patches, []).patches).toEqual(patches.map(showOperation));
  });

  it('removes array items last and from the end when several plugins do', () => {
    const first = [removeAt(['x', 9]), removeAt(['x', 2]), removeAt(['b', 'c'])];
    const second = [
      removeAt(['x', 10]),
      replaceAt(['x', 3], 1),
      removeAt(['w', 1]),
      removeAt(['x', 2]),
      removeAt(['x', 2, 'y', 1]),
      removeAt(['v', 1, 0]),
    ];
    expect(merge(first, second)).toEqual({
      patches: [
        'remove /b/c',
        'replace /x/3 1',
        'remove /x/10',
        'remove /x/9',
        'remove /x/2',
        'remove /w/1',
        'remove /v/1/0',
      ],
      ignored: ['P1 remove /x/2/y/1'],
    });
    expect(merge([removeAt(['a', 1, 2])], [removeAt(['a', 2])]).patches).toEqual(['remove /a/2', 'remove /a/1/2']);
    expect(merge([removeAt(['1'])], [removeAt(['0', 1])]).patches).toEqual(['remove /1', 'remove /0/1']);
  });
});

import { describe, expect, it } from 'vitest';

import { addAt, applyPatch, removeAt, type Lenience, type Operation } from '../../../../src/domain/kube/json-patch.ts';

function patch(document: unknown, operations: readonly Operation[], lenience: Lenience = 'strict'): unknown {
  return applyPatch(document, operations, lenience);
}

describe('a patch that would fill the memory, the stack or the time', () => {
  const copies = (count: number): Operation[] =>
    Array.from({ length: count }, (_, index) => ({ op: 'copy', from: '/a', path: `/a/${String(index)}` }));

  it('is refused when its copies double with each operation', () => {
    expect(Object.keys(patch({ a: { text: 'x' } }, copies(10)) as object)).toEqual(['a']);
    expect(() => patch({ a: { text: 'x' } }, copies(60))).toThrow('copies more than 16777216 bytes');
  });

  it('is refused when its result is nested too deeply', () => {
    const value: unknown = JSON.parse('['.repeat(3000) + ']'.repeat(3000));
    const why = 'more than 200 levels';
    expect(() => patch({}, [addAt(['a'], value)])).toThrow(why);
    expect(() => patch({}, [addAt(['a'], value), { op: 'copy', from: '/a', path: '/b' }])).toThrow(why);
    expect(() =>
      patch(
        {},
        [
          addAt(
            Array.from({ length: 100_000 }, () => 'a'),
            1,
          ),
        ],
        'crane',
      ),
    ).toThrow(why);
    expect(() => patch({ a: value }, [])).not.toThrow();
  });

  it('is applied in linear time when it has very many operations', () => {
    const count = 100_000;
    const numbers = Array.from({ length: count }, (_, index) => `k${String(index)}`);
    const added = patch(
      {},
      numbers.map((name) => addAt(['map', name], name)),
      'crane',
    ) as { map: object };
    expect(Object.keys(added.map)).toHaveLength(count);
    expect(
      patch(
        added,
        numbers.map((name) => removeAt(['map', name])),
      ),
    ).toEqual({ map: {} });
    const list = patch(
      { list: [] },
      numbers.map((name) => addAt(['list', '-'], name)),
    ) as { list: unknown[] };
    expect(list.list).toHaveLength(count);
  }, 20_000);

  it('leaves the document and the values of its operations as they were', () => {
    const document = { a: { list: [1] }, b: {} };
    const value = { kept: [] };
    const operations: Operation[] = [
      addAt(['b', 'v'], value),
      addAt(['b', 'v', 'kept', '-'], 1),
      { op: 'copy', from: '/b/v', path: '/c' },
      addAt(['c', 'kept', '-'], 2),
      { op: 'move', from: '/a/list', path: '/d' },
      addAt(['d', 0], 0),
    ];
    expect(patch(document, operations)).toEqual({ a: {}, b: { v: { kept: [1] } }, c: { kept: [1, 2] }, d: [0, 1] });
    expect([document, value]).toEqual([{ a: { list: [1] }, b: {} }, { kept: [] }]);
  });
});

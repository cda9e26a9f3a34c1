import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  addAt,
  applyPatch,
  parsePatch,
  removeAt,
  replaceAt,
  type Lenience,
  type Operation,
  PatchError,
} from '../../../../src/domain/kube/json-patch.ts';
import { formatPointer } from '../../../../src/domain/kube/json-pointer.ts';
import { isEqualJson } from '../../../../src/domain/core/json-object.ts';

function patch(document: unknown, operations: readonly Operation[], lenience: Lenience = 'strict'): unknown {
  return applyPatch(document, operations, lenience);
}

// RFC 6902, appendix A.
const examples: readonly [string, unknown, unknown, unknown][] = [
  [
    'A.1 adds an object member',
    { foo: 'bar' },
    [{ op: 'add', path: '/baz', value: 'qux' }],
    { baz: 'qux', foo: 'bar' },
  ],
  [
    'A.2 adds an array element',
    { foo: ['bar', 'baz'] },
    [{ op: 'add', path: '/foo/1', value: 'qux' }],
    { foo: ['bar', 'qux', 'baz'] },
  ],
  ['A.3 removes an object member', { baz: 'qux', foo: 'bar' }, [{ op: 'remove', path: '/baz' }], { foo: 'bar' }],
  [
    'A.4 removes an array element',
    { foo: ['bar', 'qux', 'baz'] },
    [{ op: 'remove', path: '/foo/1' }],
    { foo: ['bar', 'baz'] },
  ],
  ['A.5 replaces a value', { baz: 'qux' }, [{ op: 'replace', path: '/baz', value: 'boo' }], { baz: 'boo' }],
  [
    'A.6 moves a value',
    { foo: { bar: 1, waldo: 2 }, qux: { corge: 3 } },
    [{ op: 'move', from: '/foo/waldo', path: '/qux/thud' }],
    { foo: { bar: 1 }, qux: { corge: 3, thud: 2 } },
  ],
  [
    'A.7 moves an array element',
    { foo: ['all', 'grass', 'cows', 'eat'] },
    [{ op: 'move', from: '/foo/1', path: '/foo/3' }],
    { foo: ['all', 'cows', 'eat', 'grass'] },
  ],
  [
    'A.8 tests values',
    { baz: 'qux', foo: ['a', 2, 'c'] },
    [
      { op: 'test', path: '/baz', value: 'qux' },
      { op: 'test', path: '/foo/1', value: 2 },
    ],
    { baz: 'qux', foo: ['a', 2, 'c'] },
  ],
  [
    'A.10 adds a nested object',
    { foo: 'bar' },
    [{ op: 'add', path: '/child', value: { grandchild: {} } }],
    { foo: 'bar', child: { grandchild: {} } },
  ],
  [
    'A.11 passes over members it does not know',
    { foo: 'bar' },
    [{ op: 'add', path: '/baz', value: 'qux', xyz: 123 }],
    { foo: 'bar', baz: 'qux' },
  ],
  ['A.14 tells ~01 from ~1', { '/': 9, '~1': 10 }, [{ op: 'test', path: '/~01', value: 10 }], { '/': 9, '~1': 10 }],
  [
    'A.16 appends an array as one value',
    { foo: ['bar'] },
    [{ op: 'add', path: '/foo/-', value: ['abc', 'def'] }],
    { foo: ['bar', ['abc', 'def']] },
  ],
  ['adds at the end by index', { foo: ['a'] }, [{ op: 'add', path: '/foo/1', value: 'b' }], { foo: ['a', 'b'] }],
  ['replaces the whole document', { a: 1 }, [{ op: 'replace', path: '', value: [1] }], [1]],
  [
    'replaces an array element',
    { a: [1, { b: 2 }] },
    [
      { op: 'replace', path: '/a/1/b', value: 3 },
      { op: 'replace', path: '/a/0', value: 0 },
    ],
    { a: [0, { b: 3 }] },
  ],
  ['copies a value', { a: [{ b: 1 }] }, [{ op: 'copy', from: '/a/0/b', path: '/c' }], { a: [{ b: 1 }], c: 1 }],
  ['moves a value onto itself', { a: 1 }, [{ op: 'move', from: '/a', path: '/a' }], { a: 1 }],
  [
    'treats __proto__ as any other name',
    {},
    [{ op: 'add', path: '/__proto__', value: { x: 1 } }],
    JSON.parse('{"__proto__":{"x":1}}'),
  ],
];

const refused: readonly [string, unknown, Operation, RegExp][] = [
  [
    'A.9 a test of another value',
    { baz: 'qux' },
    { op: 'test', path: '/baz', value: 'bar' },
    /operation 0 \(test \/baz\): the value there is another/,
  ],
  [
    'A.12 an addition without its parent',
    { foo: 'bar' },
    { op: 'add', path: '/baz/bat', value: 'qux' },
    /there is no member "baz"/,
  ],
  ['A.15 a number that is text', { '~1': 10 }, { op: 'test', path: '/~01', value: '10' }, /another/],
  ['removal of what is not there', {}, { op: 'remove', path: '/a' }, /no member "a"/],
  ['replacement of what is not there', {}, { op: 'replace', path: '/a', value: 1 }, /no member "a"/],
  [
    'replacement of an item that is not there',
    [],
    { op: 'replace', path: '/0', value: 1 },
    /index "0" is out of range/,
  ],
  ['removal beyond the end of an array', { a: [1] }, { op: 'remove', path: '/a/1' }, /index "1" is out of range/],
  [
    'addition beyond the end of an array',
    { a: [1] },
    { op: 'add', path: '/a/2', value: 1 },
    /index "2" is out of range/,
  ],
  ['an index with leading zeros', { a: [1, 2] }, { op: 'remove', path: '/a/01' }, /out of range/],
  ['the place after the last item as a source', { a: [1] }, { op: 'copy', from: '/a/-', path: '/b' }, /out of range/],
  ['a copy from nowhere', {}, { op: 'copy', from: '/a', path: '/b' }, /no member "a"/],
  ['a move into itself', { a: {} }, { op: 'move', from: '/a', path: '/a/b' }, /cannot move into itself/],
  [
    'a place below a text',
    { a: 'text' },
    { op: 'add', path: '/a/b', value: 1 },
    /below a value that is neither object nor array/,
  ],
  ['removal of the whole document', {}, { op: 'remove', path: '' }, /whole document/],
  ['a pointer that is none', {}, { op: 'remove', path: 'a' }, /not a JSON pointer/],
  ['inherited members', {}, { op: 'remove', path: '/toString' }, /no member/],
  ['a source below an inherited member', {}, { op: 'copy', from: '/constructor', path: '/a' }, /no member/],
];

describe('applying a patch', () => {
  it.each(examples)('%s', (...row) => {
    const [, document, operations, expected] = row;
    expect(patch(document, parsePatch(operations))).toEqual(expected);
  });

  it.each(refused)('refuses %s', (...row) => {
    const [, document, operation, message] = row;
    expect(() => patch(document, [operation])).toThrow(message);
  });

  it('names the operation that did not fit, and passes defects on', () => {
    expect(() => patch({ a: 1 }, [removeAt(['a']), removeAt(['b'])])).toThrow(/^operation 1 \(remove \/b\)/);
    const broken = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new RangeError('defect');
        },
      },
    );
    expect(() => patch(broken, [addAt(['a'], 1)])).toThrow(RangeError);
  });

  it('leaves the document alone and shares what it does not touch', () => {
    const document = { a: { b: 1 }, c: [1, 2] };
    const patched = patch(document, [replaceAt(['a', 'b'], 2)]);
    expect(document).toEqual({ a: { b: 1 }, c: [1, 2] });
    expect(patched).toHaveProperty('c', document.c);
    expect((patched as typeof document).c).toBe(document.c);
  });
});

describe("applying a patch with crane's lenience", () => {
  it('overlooks the removal of a member that is not there, at any depth', () => {
    expect(patch({ a: {} }, [removeAt(['a', 'b']), removeAt(['x', 'y', 'z'])], 'crane')).toEqual({ a: {} });
    expect(patch({ metadata: { annotations: null } }, [removeAt(['metadata', 'annotations', 'a'])], 'crane')).toEqual({
      metadata: { annotations: null },
    });
  });

  it('makes missing parents of an addition', () => {
    expect(patch({}, [addAt(['metadata', 'annotations', 'a'], '1')], 'crane')).toEqual({
      metadata: { annotations: { a: '1' } },
    });
    expect(patch({ a: null }, [addAt(['a', 'b', '-'], 1), addAt(['c', 0], 2)], 'crane')).toEqual({
      a: { b: [1] },
      c: [2],
    });
  });

  it('never overlooks an array index out of range', () => {
    expect(() => patch({ a: [1] }, [removeAt(['a', 3])], 'crane')).toThrow(PatchError);
    expect(() => patch({ a: [1] }, [removeAt(['a', 3, 'b'])], 'crane')).toThrow(PatchError);
    expect(() => patch({}, [replaceAt(['a', 'b'], 1)], 'crane')).toThrow(PatchError);
  });
});

describe('reading a patch', () => {
  it.each([
    {},
    [1],
    [{ op: 'add', path: '/a' }],
    [{ op: 'remove' }],
    [{ op: 'remove', path: 'a' }],
    [{ op: 'move', path: '/a' }],
    [{ op: 'copy', from: 'x', path: '/a' }],
    [{ op: 'prune', path: '/a' }],
  ])('refuses %j', (value) => {
    expect(() => parsePatch(value)).toThrow(PatchError);
  });
});

describe('equality', () => {
  it('does not mind the order of members, but everything else', () => {
    expect(isEqualJson({ a: 1, b: [{}] }, { b: [{}], a: 1 })).toBe(true);
    expect(isEqualJson({ a: 1 }, { b: 1 })).toBe(false);
    expect(isEqualJson({ a: 1 }, { a: 1, b: 2 })).toBe(false);
    expect(isEqualJson([1, 2], [2, 1])).toBe(false);
    expect(isEqualJson([1], [1, 2])).toBe(false);
    expect(isEqualJson([], {})).toBe(false);
    expect(isEqualJson(null, {})).toBe(false);
  });
});

describe('any document', () => {
  const documents = fc.dictionary(fc.string(), fc.jsonValue());

  it('becomes any other one by taking all members away and adding the new ones', () => {
    fc.assert(
      fc.property(documents, documents, (a, b) => {
        const operations = [
          ...Object.keys(a).map((key) => removeAt([key])),
          ...Object.entries(b).map(([key, value]) => addAt([key], value)),
        ];
        expect(
          isEqualJson(patch(a, parsePatch(JSON.parse(JSON.stringify(operations)))), JSON.parse(JSON.stringify(b))),
        ).toBe(true);
      }),
    );
  });

  it('changes arrays as a plain editor of arrays does', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom('add', 'remove', 'replace'), fc.nat(), fc.integer()));
    fc.assert(
      fc.property(fc.array(fc.integer()), steps, (start, edits) => {
        const model = [...start];
        const operations = edits.flatMap(([op, random, value]): Operation[] => {
          if (op !== 'add' && model.length === 0) return [];
          const index = random % (op === 'add' ? model.length + 1 : model.length);
          const path = formatPointer(['list', index]);
          model.splice(index, op === 'add' ? 0 : 1, ...(op === 'remove' ? [] : [value]));
          return op === 'remove' ? [{ op, path }] : [{ op: op === 'add' ? 'add' : 'replace', path, value }];
        });
        expect(patch({ list: start }, operations)).toEqual({ list: model });
      }),
    );
  });
});

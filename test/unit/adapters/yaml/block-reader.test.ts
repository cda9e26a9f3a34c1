import fc from 'fast-check';
import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';

import { formatYaml } from '../../../../src/adapters/yaml/block-emitter.ts';
import { readBlockYaml } from '../../../../src/adapters/yaml/block-reader.ts';
import { kubernetesSchema } from '../../../../src/adapters/yaml/kubernetes-schema.ts';

const parsed = (text: string): readonly unknown[] =>
  loadAll(text, { schema: kubernetesSchema, maxAliases: 10, json: true, maxDepth: 200 });

const scalars = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom('a', 'B', '0', ' ', ':', '-', '#', '\n', '"', '\\', '/', '|', '\t'),
    maxLength: 10,
  }),
  fc.constantFrom(
    'on',
    'null',
    'true',
    '2024-01-01',
    '0x1',
    '1_0',
    '',
    'line\nline\n',
    'a\n\n\nb\n\n',
    'a\n  b',
    '~',
    '<<',
  ),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
);
const { object } = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, scalars, tie('object'), fc.array(tie('value'), { maxLength: 4 })),
  object: fc.dictionary(fc.oneof(scalars.map(String), fc.constantFrom('spec', 'name', '10', '9')), tie('value'), {
    maxKeys: 4,
  }),
}));

const resource = `apiVersion: v1
data:
  a.b/c: "10"
  "on": |
    one

      two: 2
  text: |-
    no
    break
  trailing: |+
    breaks

empty: {}
kind: ConfigMap
list:
- name: x
  port: 80
- - nested
  - -1
- []
metadata:
  labels: {}
  name: web
nothing: null
`;

describe('readBlockYaml', () => {
  it('reads what formatYaml writes of a resource', () => {
    const value = readBlockYaml(resource);
    expect(value).toEqual(parsed(resource)[0]);
    expect(formatYaml(value)).toBe(resource);
  });

  it('reads every object as the parser does', () => {
    fc.assert(
      fc.property(object, (value) => {
        const text = formatYaml(value);
        const own = readBlockYaml(text);
        if (own !== undefined) expect([own]).toStrictEqual(parsed(text));
      }),
      { numRuns: 500 },
    );
  });

  it('reads changed text as the parser does, or not at all', () => {
    const changes = fc.constantFrom(
      ...[
        '',
        ' ',
        '\n',
        '  ',
        ':',
        ': ',
        '- ',
        '#',
        ' #',
        '"',
        '\\',
        '|',
        '|-',
        '>',
        '&a ',
        '*a',
        '\t',
        '? ',
        '---\n',
        '\r',
      ],
      ...['{', '}', '[]', 'on', '0', '1.5', '-', '.', "'", '!!str ', '<<: ', 'é', '\u{1f600}', '\u0085', '\ufeff', '%'],
    );
    const edits = fc.array(fc.tuple(fc.nat(), changes, fc.nat(3)), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.oneof(fc.constant(resource), object.map(formatYaml)), edits, (original, changed) => {
        const text = changed.reduce((current, [at, put, drop]) => {
          const place = at % (current.length + 1);
          return current.slice(0, place) + put + current.slice(place + drop);
        }, original);
        const own = readBlockYaml(text);
        if (own !== undefined) expect([own]).toStrictEqual(parsed(text));
      }),
      { numRuns: 20_000 },
    );
  });

  it.each([
    ['', 'nothing'],
    ['a: 1', 'no line break at the end'],
    ['b: 1\na: 1\n', 'keys that are not sorted'],
    ['a: 1\na: 2\n', 'equal keys'],
    ['__proto__: 1\n', 'a key that an assignment would lose'],
    ['a: 1 # comment\n', 'a comment'],
    ['a: one\n  two\n', 'a text of two lines'],
    ['a: 1.5\n', 'a float'],
    ['a: 12345678901234567890\n', 'a long integer'],
    ['a: -0\n', 'a zero with a sign'],
    ['a: yes\n', 'a word of YAML 1.1'],
    ['a:\nb: 1\n', 'a missing value'],
    ['a:\n  - b\n', 'an indented list'],
    ['a:\n-b\n', 'a dash without a blank'],
    ['a: |\n\nb: 1\n', 'an empty block'],
    ['a: |\n  b\n\nc: 1\n', 'a block with breaks that it does not keep'],
    ['a: |\n    b\n', 'a block with another indentation'],
    ['a: >\n  b\n', 'a folded block'],
    ['a: "b\\\n', 'a quote without an end'],
    ['a: "b" c\n', 'text behind a quote'],
    ['a: "\\x41"\n', 'an escape that JSON does not have'],
    ['a: &b c\n', 'an anchor'],
    ['a: {b: 1}\n', 'a map in flow style'],
    ['a: \u{1f600}\n', 'characters beyond the basic plane'],
    ['- a\n', 'a list'],
    ['---\na: 1\n', 'the start of a document'],
    [' a:\n- b\n', 'an indented first line'],
    ['"a":0- b\n', 'a quoted key without a blank behind its colon'],
  ])('leaves %j to the parser: %s', (text) => {
    expect(readBlockYaml(text)).toBeUndefined();
  });

  it('leaves text of a hundred levels to the parser, which has the limit', () => {
    const levels = Array.from({ length: 120 }, (_, depth) => `${' '.repeat(2 * depth)}a:\n`).join('');
    expect(readBlockYaml(`${levels}${' '.repeat(240)}a: 1\n`)).toBeUndefined();
  });
});

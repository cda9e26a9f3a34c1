import fc from 'fast-check';
import { CORE_SCHEMA, load, YAML11_SCHEMA } from 'js-yaml';
import { describe, expect, it } from 'vitest';

import { stringifyExactly } from '../../../../src/domain/kube/exact-integers.ts';
import { yamlCodec } from '../../../../src/adapters/yaml/yaml-codec.ts';

const oddStrings = [
  ...['', ' ', 'on', 'Off', 'y', 'N', 'yes', 'No', 'true', 'FALSE', 'null', 'Null', '~', '=', '<<', '-', '?', ':', '#'],
  ...[
    '0755',
    '0o755',
    '0x1f',
    '0b1',
    '1_000',
    '12:30:45',
    '1e3',
    '1.',
    '.5',
    '-.inf',
    '.nan',
    '+1',
    '1,000',
    '2024-01-01',
  ],
  ...[
    '2024-01-01T00:00:00Z',
    '---',
    '...',
    '--- a',
    '- a',
    '? a',
    'a: b',
    'a:',
    'a :b',
    'a #b',
    'a# b',
    '#a',
    '@a',
    '`a',
    '!a',
  ],
  ...[
    '&a',
    '*a',
    '%a',
    '|',
    '>',
    '"',
    "'",
    '[a]',
    '{a}',
    '{',
    ',',
    'a,b',
    '\\',
    '\\n',
    'a\\',
    '__proto__',
    'constructor',
  ],
  ...[
    'a\nb',
    'a\nb\n',
    'a\n\n',
    'a\n\n\nb',
    '\na',
    '\n',
    '\n\n',
    ' a\nb',
    'a\n b',
    'a \nb',
    'a\n ',
    'a\n \nb',
    'a\n#b',
    'a\n---\nb',
  ],
  ...['\u0001a\nb', '\u007fa\nb\n', '\u0085a\nb', '\ufeffa\nb'],
  ...[
    'a\t',
    '\ta',
    'a\tb\nc',
    '\ta\nb',
    'a\n\tb',
    'a\r\nb',
    'a\rb',
    'x\u0000',
    '\u007f',
    '\u0085',
    '\u00a0',
    '\u2028',
    '\u2029',
    '\ufeff',
  ],
  ...[
    'a\ufeff',
    '\ufffe',
    'é',
    '日本',
    '😀',
    'a\n😀',
    ' lead',
    'trail ',
    'x'.repeat(2000),
    `${'x'.repeat(700)} ${'y'.repeat(700)}`,
  ],
];

const text = fc.oneof(
  fc.constantFrom(...oddStrings),
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('a', ' ', '\n', '\t', ':', '#', '-', '"', '0', 'é', 'y', '.', '_', 'e') }),
);

const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(text, tie('json'), { maxKeys: 4 }),
  ),
}));

describe('written YAML', () => {
  it('has U+FFFD for half of a surrogate pair, as Go reads it from JSON: kubectl reads no such YAML', () => {
    const written = yamlCodec.format({ ['\ud800']: 'a\udc00\nb', list: ['\ud83d\ude00\ud83d'] });
    expect(written).not.toContain('\\u');
    expect(yamlCodec.parse(written, 'f')).toEqual([{ ['\ufffd']: 'a\ufffd\nb', list: ['\ud83d\ude00\ufffd'] }]);
  });

  it('has room for a text of many megabytes', () => {
    for (const text of ['x'.repeat(16_000_000), 'a\n'.repeat(8_000_000), 'a: b '.repeat(3_000_000)]) {
      expect(yamlCodec.parse(yamlCodec.format({ text }), 'f')).toEqual([{ text }]);
    }
  });

  it.each(oddStrings)('gives the string %j back to readers of YAML 1.2 and 1.1', (odd) => {
    const written = yamlCodec.format({ value: odd, list: [odd], [odd]: 1 });
    for (const schema of [CORE_SCHEMA, YAML11_SCHEMA]) {
      expect(load(written, { schema })).toEqual({ value: odd, list: [odd], [odd]: 1 });
    }
    expect(yamlCodec.parse(written, 'f')).toEqual([{ value: odd, list: [odd], [odd]: 1 }]);
  });

  it('gives every JSON value back, to readers of YAML 1.2 and 1.1', () => {
    fc.assert(
      fc.property(json, (value) => {
        const written = yamlCodec.format({ value });
        for (const schema of [CORE_SCHEMA, YAML11_SCHEMA]) expect(load(written, { schema })).toEqual({ value });
        const whole = yamlCodec.format(value);
        expect(yamlCodec.parse(whole, 'test').map((read) => yamlCodec.format(read))).toEqual([whole]);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([1e21, 1e-7, -0, 1.5, Number.MAX_SAFE_INTEGER, 5e-324])('gives the number %d back', (value) => {
    for (const schema of [CORE_SCHEMA, YAML11_SCHEMA])
      expect(load(yamlCodec.format({ value }), { schema })).toEqual({ value });
  });

  it.each(['9007199254740993', '-9223372036854775808', '18446744073709551615'])('keeps each digit of %s', (digits) => {
    const text = `number: ${digits}\n`;
    expect(yamlCodec.format(yamlCodec.parse(text, 'f')[0])).toBe(text);
    expect(stringifyExactly(yamlCodec.parse(text, 'f')[0])).toBe(`{"number":${digits}}`);
    expect(yamlCodec.parse(`+${digits.replace('-', '')}`, 'f')).toEqual([BigInt(digits.replace('-', ''))]);
  });

  it('does not depend on the order in which keys came', () => {
    expect(yamlCodec.format({ b: { d: 1, c: 2 }, a: 3 })).toBe(yamlCodec.format({ a: 3, b: { c: 2, d: 1 } }));
  });

  it('looks as kubectl writes it', () => {
    const value = {
      spec: { ports: [{ name: 'http', port: 80 }], empty: {}, none: [], args: [['a', 'b'], []] },
      kind: 'X',
      script: 'one\ntwo\n',
    };
    expect(yamlCodec.format(value)).toBe(
      [
        'kind: X',
        'script: |',
        '  one',
        '  two',
        'spec:',
        '  args:',
        '  - - a',
        '    - b',
        '  - []',
        '  empty: {}',
        '  none: []',
      ]
        .concat(['  ports:', '  - name: http', '    port: 80', ''])
        .join('\n'),
    );
  });

  it('leaves out what JSON leaves out', () => {
    expect(yamlCodec.format({ a: undefined, b: 1 })).toBe('b: 1\n');
    expect(yamlCodec.format({ a: { b: undefined } })).toBe('a: {}\n');
  });
});

describe('read YAML', () => {
  it('gives all documents of a text', () => {
    expect(yamlCodec.parse('a: 1\n---\nb: 2\n', 'f')).toEqual([{ a: 1 }, { b: 2 }]);
  });

  it('keeps dates as strings', () => {
    expect(yamlCodec.parse('[2024-01-01, 2024-01-01T00:00:00Z]', 'f')).toEqual([
      ['2024-01-01', '2024-01-01T00:00:00Z'],
    ]);
  });

  it('does not let a key reach the prototype', () => {
    const [value] = yamlCodec.parse('__proto__: {polluted: true}', 'f');
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value ?? {})).toEqual(['__proto__']);
  });

  it('names the file and the place of a fault, but does not quote what stands there', () => {
    const broken = 'password: "canary-secret\nother: [';
    expect(() => yamlCodec.parse(broken, 'resources/shop/x.yaml')).toThrow(
      /resources\/shop\/x\.yaml as YAML: .*\(\d+:\d+\)/,
    );
    expect(() => yamlCodec.parse(broken, 'f')).not.toThrow(/canary/);
  });

  it.each([
    [
      'aliases that multiply',
      `a: &a [x]\n${Array.from({ length: 12 }, (_, level) => `b${String(level)}: &b${String(level)} [*a, *a]`).join('\n')}`,
    ],
    ['endless nesting', '['.repeat(10_000)],
    ['more than can be handled', ' '.repeat(64 * 1024 * 1024 + 1)],
  ])('refuses %s quickly', (_name, hostile) => {
    const started = performance.now();
    expect(() => yamlCodec.parse(hostile, 'f')).toThrow(expect.objectContaining({ code: 'invalid-file' }));
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

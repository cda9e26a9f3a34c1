import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { helmYamlCodec } from '../../../../src/adapters/yaml/helm-yaml-codec.ts';
import { coreYamlCodec, pluginYamlCodec, yamlCodec } from '../../../../src/adapters/yaml/yaml-codec.ts';
import { helmYamlCases } from '../../../builders/helm-yaml-cases.ts';

describe('YAML of Helm', () => {
  it.each(helmYamlCases)('reads %s', (_what, text, value) => {
    expect(helmYamlCodec.parse(text, 'values.yaml')).toEqual([value]);
  });

  it.each([
    ['brackets that do not close', 'a: [\nb\n'],
    ['quotes that do not close', 'a: "b\nc'],
    ['a document mark within brackets', 'a: [\nb\n---\n]\n'],
    ['a document mark within quotes', 'a: "\nb\n--- \n"\n'],
    ['a comma too many', 'a: [\nb,,\n]\n'],
    ['a key below its map', 'a:\n    b: c\n  d: e\nf: [\ng\n]\n'],
    ['an alias to its own list', 'a: &x [*x]\n'],
    ['an alias without an anchor', 'a: *x\n'],
  ])('refuses %s', (_what, text) => {
    expect(() => helmYamlCodec.parse(text, 'values.yaml')).toThrow(expect.objectContaining({ code: 'invalid-file' }));
  });

  it('names the line as it is in the text', () => {
    expect(() => helmYamlCodec.parse('a: [\nb\n]\nc: d\nc: e: f\n', 'values.yaml')).toThrow(/\(5:/);
  });

  it('refuses aliases that stand for a very long text, at once', () => {
    const levels = Array.from({ length: 60 }, (_, level) => `a${String(level + 1)}: &a${String(level + 1)} `);
    const bomb = levels
      .map(
        (key, level) =>
          `${key}[${Array(10)
            .fill(`*a${String(level)}`)
            .join(',')}]\n`,
      )
      .join('');
    const start = performance.now();
    expect(() => helmYamlCodec.parse(`a0: &a0 text\n${bomb}`, 'values.yaml')).toThrow(/aliases/);
    expect(() => helmYamlCodec.parse(`a0: &a0 text\nb: [\n*a0\n]\n${bomb}`, 'values.yaml')).toThrow(/aliases/);
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it('keeps the rules of the other codecs', () => {
    const refused = expect.objectContaining({ code: 'invalid-file' }) as Error;
    for (const codec of [yamlCodec, pluginYamlCodec, coreYamlCodec]) {
      for (const text of ['a: [\nb\n]\n', 'a: {\n}\n']) expect(() => codec.parse(text, 'f')).toThrow(refused);
    }
    for (const codec of [pluginYamlCodec, coreYamlCodec]) {
      expect(() => codec.parse('a: b\na: c\n', 'f')).toThrow(refused);
    }
    expect(() => yamlCodec.parse(`a: &a b\nc: [${Array(11).fill('*a').join(',')}]\n`, 'f')).toThrow(/maxAliases/);
  });

  it('reads any JSON value in brackets, whatever the indentation of its lines', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom('', ' ', '\t', '     '), (value, indent) => {
        const lines = JSON.stringify({ value }, null, 1).replace(/^ */gm, indent).trimStart();
        const text = `a:\n  - b: ${lines}\n    c: |\n      [{"\n  - d [\ne: "f"\n`;
        // Numbers are written as JSON has them, which YAML 1.1 can take for text.
        const [expected] = helmYamlCodec.parse(JSON.stringify({ value }), 'json');
        expect(helmYamlCodec.parse(text, 'f')).toEqual([{ a: [{ b: expected, c: '[{"\n' }, 'd ['], e: 'f' }]);
      }),
    );
  });

  it('does not pad many lines below a very long indentation', () => {
    const text = `a:\n${' '.repeat(50_000)}b: [\n${'c,\n'.repeat(50_000)}]\n`;
    expect(() => helmYamlCodec.parse(text, 'f')).toThrow(expect.objectContaining({ code: 'invalid-file' }));
  });

  it('reads long text with many short lines within brackets in linear time', () => {
    const items = Array.from({ length: 100_000 }, (_, index) => `i${String(index)}`);
    expect(helmYamlCodec.parse(`a: [\n${items.join(',\n')}\n]\n`, 'f')).toEqual([{ a: items }]);
  });
});

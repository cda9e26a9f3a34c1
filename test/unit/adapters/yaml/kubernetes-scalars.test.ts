import { describe, expect, it } from 'vitest';

import {
  coreYamlCodec,
  pluginYamlCodec,
  strictYamlCodec,
  yamlCodec,
} from '../../../../src/adapters/yaml/yaml-codec.ts';
import { scalarCases, keyCases, mergeCases, refusedYaml } from '../../../builders/kubernetes-yaml.ts';

function read(text: string): unknown {
  return yamlCodec.parse(`v: ${text}\n`, 'f')[0];
}

describe('scalars of manifests', () => {
  it.each(scalarCases)('%s is $1, as kubectl reads it', (text, value) => {
    expect(read(text)).toEqual({ v: value });
    expect(yamlCodec.parse(`- ${text}\n`, 'f')).toEqual([[value]]);
  });

  it.each(keyCases)('the key %s is %j, as kubectl reads it', (text, key) => {
    expect(read(`{${text}: x}`)).toEqual({ v: { [key]: 'x' } });
  });

  it.each(mergeCases)('%s is %j, as kubectl reads it', (text, value) => {
    expect(read(text)).toEqual({ v: value });
  });

  it.each(refusedYaml)('%s is refused', (text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'invalid-file' }));
  });

  it('a whole document is read by the same rules', () => {
    expect(['0400', 'on', '<<', '~'].map((text) => yamlCodec.parse(text, 'f')[0])).toEqual([256, true, '<<', null]);
  });

  it('a merge key does not reach the prototype', () => {
    const [value] = yamlCodec.parse('a: &a {__proto__: {polluted: true}}\nb: {<<: *a}\n', 'f');
    expect(JSON.stringify(value)).toBe('{"a":{"__proto__":{"polluted":true}},"b":{"__proto__":{"polluted":true}}}');
    expect('polluted' in {}).toBe(false);
  });

  it.each(['a: &a [*a]\n', 'a: &a {b: *a}\n', '&a [*a]\n'])('an alias to itself is refused: %j', (text) => {
    expect(() => yamlCodec.parse(text, 'f')).toThrow(expect.objectContaining({ code: 'invalid-file' }));
  });
});

describe('the strict reader', () => {
  it('has the same scalars', () => {
    expect(strictYamlCodec.parse('[0400, yes, 1e3]', 'f')).toEqual([[256, true, 1000]]);
  });

  it.each(['<<: {a: 1}\n', 'a: &a 1\nb: *a\n', 'a: 1\na: 2\n', '1: a\n"1": b\n'])('refuses %j', (text) => {
    expect(() => strictYamlCodec.parse(text, 'f')).toThrow(expect.objectContaining({ code: 'invalid-file' }));
  });
});

describe('the reader of plugins', () => {
  it('keeps words as strings, as kustomize does', () => {
    expect(pluginYamlCodec.parse('{on: [yes, true, 0400, "2001-01-01", 2001-]}', 'f')).toEqual([
      { on: ['yes', true, 256, '2001-01-01', '2001-'] },
    ]);
  });

  it.each(['2001-01-01', '2001-1-1T00:00:00Z', '<<: {a: 1}', 'a: 1\na: 2\n'])('refuses %j', (text) => {
    expect(() => pluginYamlCodec.parse(text, 'f')).toThrow(expect.objectContaining({ code: 'invalid-file' }));
  });
});

describe('the reader of YAML 1.2', () => {
  it('keeps words and zeros as files of other programs have them', () => {
    expect(coreYamlCodec.parse('[0400, yes, 0o17, 1_000]', 'f')).toEqual([[400, 'yes', 15, '1_000']]);
    expect(coreYamlCodec.parse('<<: {a: 1}', 'f')).toEqual([{ '<<': { a: 1 } }]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { editValues } from '../../../../src/adapters/yaml/edit-values.ts';
import { yamlCodec } from '../../../../src/adapters/yaml/yaml-codec.ts';

const path = ['epinio', 'imageURL'];
const image = 'registry.example.com/team/web:2';

function edit(text: string, ...at: readonly (string | number)[]): string {
  return editValues(text, [{ path: at.length === 0 ? path : at, value: image }], 'values.yaml');
}

describe('editValues', () => {
  it.each<[string, string, ...string[]]>([
    ['plain text', 'epinio:\n  imageURL: old:1 # the image\n  appName: web\n', 'old:1'],
    ['single quotes', "epinio:\n  imageURL: 'old:1'\n", "'old:1'", `'${image}'`],
    ['double quotes', 'epinio:\n  imageURL: "old:1"   # x\n', '"old:1"', `"${image}"`],
    ['a key in quotes', '"epinio":\n  \'imageURL\': old:1\n', 'old:1'],
    ['carriage returns', 'epinio:\r\n  imageURL: old:1\r\n  appName: web\r\n', 'old:1'],
    ['document markers', '--- # values\nepinio:\n  imageURL: old:1\n...\n', 'old:1'],
    ['a tab in a comment', 'epinio:\n  # a\tb\n  imageURL: old:1 #\tc\n', 'old:1'],
    ['flow style', 'epinio: {imageURL: old:1, routes: [{id: a}]}\n', 'old:1'],
    ['a flow map over lines', 'epinio: {\n  "imageURL": "old:1", # x\n  a: b\n  }\n', '"old:1"', `"${image}"`],
    ['an alias', 'base: &x old:1\nepinio:\n  imageURL: *x\n', '*x'],
    ['an anchor that nothing names', 'epinio:\n  imageURL: &x old:1\n', 'old:1'],
    ['folded text beside it', 'a: >-\n  one\n  two\nepinio:\n  imageURL: old:1\n  note: |\n    x\n     y\n', 'old:1'],
    ['a plain scalar over two lines', 'epinio:\n  imageURL: old\n    text\n  a: b\n', 'old\n    text'],
    ['null', 'epinio:\n  imageURL: null\n', 'null'],
    ['the last of equal keys', 'epinio:\n  imageURL: first\n  imageURL: old:1\n', 'old:1'],
    ['the key in the last of equal maps', 'epinio:\n  imageURL: first\nepinio:\n  imageURL: old:1\n', 'old:1'],
    ['a key beside equal keys', 'a: b\nepinio: {c: d, imageURL: old:1, c: e}\na: c\n', 'old:1'],
    ['a key behind brackets', 'a: [\nb\n]\nc: "d\ne"\nepinio:\n  imageURL: old:1 # x\nf: {\n}\n', 'old:1'],
    ['a key within brackets', 'a: [\nb\n]\nepinio: {\n# x\na: "b\nc",\nimageURL: old:1 # y\n}\n', 'old:1'],
    [
      'a text that goes on at the start of the line',
      'a: [\r\nb\r\n]\r\nepinio:\r\n  imageURL: "old\r\n1"\r\n',
      '"old\r\n1"',
      `"${image}"`,
    ],
    [
      'numbers and words that YAML 1.1 reads',
      'a: 0755\nb: 1e3\nc: on\nd: 9007199254740993\nepinio:\n  imageURL: o\n',
      ' o\n',
      ` ${image}\n`,
    ],
  ])('replaces %s and nothing else', (_what, text, ...change) => {
    const [old = '', fresh = image] = change;
    expect(edit(text)).toBe(text.replace(old, () => fresh));
  });

  it('replaces an empty value', () => {
    expect(edit('epinio:\n  imageURL:\n  a: b\n')).toBe(`epinio:\n  imageURL: ${image}\n  a: b\n`);
    expect(edit('epinio:\n  imageURL: # later\n')).toBe(`epinio:\n  imageURL: ${image} # later\n`);
  });

  it('replaces a block, whose comment is kept', () => {
    expect(edit('epinio:\n  imageURL: |- # old\n    old:1\n  a: b\n')).toBe(
      `epinio:\n  imageURL: ${image} # old\n  a: b\n`,
    );
    expect(edit('epinio:\n  imageURL: >+2\n    old:1\n\n')).toBe(`epinio:\n  imageURL: ${image}\n`);
  });

  it.each([
    ['a map', 'epinio:\n    a: b # c\n# end\n', `epinio:\n    a: b # c\n    imageURL: ${image}\n# end\n`],
    ['a map that ends the file', 'epinio:\n  a: b', `epinio:\n  a: b\n  imageURL: ${image}\n`],
    ['a map with a list', 'epinio:\n  a:\n  - b\nz: 1\n', `epinio:\n  a:\n  - b\n  imageURL: ${image}\nz: 1\n`],
    ['a map with a block', 'epinio:\n  a: |\n    b\nz: 1\n', `epinio:\n  a: |\n    b\n  imageURL: ${image}\nz: 1\n`],
    [
      'a map that has it by a merge',
      'b: &b {imageURL: x}\nepinio:\n  <<: *b\n',
      `b: &b {imageURL: x}\nepinio:\n  <<: *b\n  imageURL: ${image}\n`,
    ],
    [
      'a map that ends in brackets',
      'epinio:\n  a: [\n  b, # ]\n  ]\nz: 1\n',
      `epinio:\n  a: [\n  b, # ]\n  ]\n  imageURL: ${image}\nz: 1\n`,
    ],
    ['a map that ends in empty brackets', 'epinio:\n  a: [{\n}]\n', `epinio:\n  a: [{\n}]\n  imageURL: ${image}\n`],
    [
      'an empty value behind brackets',
      'a: [\nb\n]\nepinio:\n  imageURL:\n',
      `a: [\nb\n]\nepinio:\n  imageURL: ${image}\n`,
    ],
    ['a flow map', 'epinio: {a: b}\n', `epinio: {a: b, imageURL: "${image}"}\n`],
    ['an empty flow map', 'epinio: {}\n', `epinio: {imageURL: "${image}"}\n`],
    ['a key without value', 'epinio:\nz: 1\n', `epinio:\n  imageURL: ${image}\nz: 1\n`],
    ['a null', 'epinio: ~ # none\n', `epinio: {imageURL: "${image}"} # none\n`],
    ['the file', '# only a comment\n', `# only a comment\nepinio:\n  imageURL: ${image}\n`],
    ['an empty file', '', `epinio:\n  imageURL: ${image}\n`],
    ['carriage returns', 'epinio:\r\n  a: b\r\n', `epinio:\r\n  a: b\r\n  imageURL: ${image}\r\n`],
  ])('inserts into %s', (_what, text, expected) => {
    expect(edit(text)).toBe(expected);
  });
});

describe('several edits', () => {
  it('reach members of lists', () => {
    const text = 'epinio:\n  routes:\n  - id: a.old\n    domain: a.old # first\n  - {id: b.old, domain: b.old}\n';
    const edits = [
      { path: ['epinio', 'routes', 0, 'domain'], value: 'a.new' },
      { path: ['epinio', 'routes', 0, 'id'], value: 'a.new' },
      { path: ['epinio', 'routes', 1, 'domain'], value: 'b.new' },
    ];
    expect(editValues(text, edits, 'values.yaml')).toBe(
      'epinio:\n  routes:\n  - id: a.new\n    domain: a.new # first\n  - {id: b.old, domain: b.new}\n',
    );
  });
});

describe('text that cannot be edited', () => {
  it.each([
    ['a list', '- a\n'],
    ['two documents', 'a: b\n---\nc: d\n'],
    ['text that is not YAML', 'a: [\n'],
    ['a map where a string is expected', 'epinio:\n  imageURL: {a: b}\n'],
    ['a value that an alias names', 'epinio:\n  imageURL: &x old\nother: *x\n'],
    ['a map that an alias stands for', 'base: &b {a: b}\nepinio: *b\n'],
    ['a string where a map is expected', 'epinio: text\n'],
  ])('refuses %s', (_what, text) => {
    expect(() => edit(text)).toThrow(expect.objectContaining({ code: 'invalid-file' }));
  });

  it('does not show the text of the file in messages', () => {
    expect(() => edit('password: hunter2 [\n  : {')).toThrow(/^(?!.*hunter2)/);
  });
});

describe('an edit of a file that our writer makes', () => {
  it('changes one value and nothing else', () => {
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    const value = fc.dictionary(
      fc.string({ minLength: 1 }),
      fc.oneof(leaf, fc.array(leaf), fc.dictionary(fc.string(), leaf)),
    );
    fc.assert(
      fc.property(value, fc.string(), (others, wish) => {
        const text = yamlCodec.format({ ...others, epinio: { before: 'x', imageURL: 'old', z: [1] } });
        const edited = editValues(text, [{ path, value: wish }], 'values.yaml');
        expect(yamlCodec.parse(edited, 'x')).toEqual(
          yamlCodec.parse(yamlCodec.format({ ...others, epinio: { before: 'x', imageURL: wish, z: [1] } }), 'x'),
        );
      }),
    );
  });
});

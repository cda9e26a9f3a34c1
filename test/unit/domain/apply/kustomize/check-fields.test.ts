import { describe, expect, it } from 'vitest';

import { checkFields, type Fields } from '../../../../../src/domain/apply/kustomize/check-fields.ts';
import { refusalOf } from '../../../../builders/task-error.ts';

const fields: Fields = {
  name: 'scalar',
  labels: 'labels',
  path: { path: 'file' },
  items: { list: { fields: { path: { path: 'resource' }, count: 'scalar' } } },
  deep: { fields: { inner: 'scalar' } },
};

function check(value: unknown): unknown {
  const visitPath = (text: string, role: string) => `${role} ${text}`;
  return checkFields(value, fields, { file: 'k.yaml', visitPath });
}

describe('the fields of a configuration', () => {
  it('are kept, with the paths that take the place of those in it', () => {
    const value = {
      name: 'a',
      labels: { x: 'y', n: 1 },
      path: 'p',
      items: [{ path: 'q', count: 2 }, null],
      deep: { inner: true },
    };
    expect(check(value)).toEqual({ ...value, path: 'file p', items: [{ path: 'resource q', count: 2 }, null] });
  });

  it('may be null', () => {
    const value = { name: null, labels: null, path: null, items: null, deep: null };
    expect(check(value)).toEqual(value);
  });

  it('of a prototype are unknown, and do not reach it', () => {
    const value: unknown = JSON.parse('{"labels":{"__proto__":"x"}}');
    expect(JSON.stringify(check(value))).toBe('{"labels":{"__proto__":"x"}}');
    for (const key of ['__proto__', 'constructor', 'toString']) {
      expect(refusalOf(() => check(JSON.parse(`{"${key}":{}}`)))).toMatch(/^invalid-file: .*unknown/);
    }
  });

  it.each([
    [null, 'k.yaml: expected a map'],
    [[], 'k.yaml: expected a map'],
    [{ NAME: 'a' }, '"NAME": the field is unknown'],
    [{ 'name ': 'a' }, '"name ": the field is unknown'],
    [{ '<<': {} }, '"<<": the field is unknown'],
    [{ deep: { Inner: 1 } }, '"deep.Inner": the field is unknown'],
    [{ items: [{}, { Path: 'x' }] }, '"items[1].Path": the field is unknown'],
    [{ name: {} }, '"name": expected a string'],
    [{ name: ['a'] }, '"name": expected a string'],
    [{ labels: 'x' }, '"labels": expected a map'],
    [{ labels: { a: {} } }, '"labels": expected strings'],
    [{ path: 1 }, '"path": expected a string'],
    [{ path: ['x'] }, '"path": expected a string'],
    [{ items: { path: 'x' } }, '"items": expected a list'],
    [{ items: ['x'] }, '"items[0]": expected a map'],
    [{ deep: 'x' }, '"deep": expected a map'],
  ])('%j is refused', (value, message) => {
    const refusal = refusalOf(() => check(value));
    expect(refusal).toMatch(/^invalid-file: reading k\.yaml: /);
    expect(refusal).toContain(message);
  });
});

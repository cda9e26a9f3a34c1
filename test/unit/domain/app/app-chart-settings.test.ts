import { describe, expect, it } from 'vitest';

import { typedByDeclaration, type SettingDeclaration } from '../../../../src/domain/app/app-chart-settings.ts';
import { refusalOf } from '../../../builders/task-error.ts';

const declared = (change: Partial<SettingDeclaration>): SettingDeclaration => ({
  ...{ type: 'string', choices: [], minimum: '', maximum: '' },
  ...change,
});

const declarations = new Map([
  ['text', declared({})],
  ['color', declared({ choices: ['red', 'blue'] })],
  ['switch', declared({ type: 'bool', choices: ['x'] })],
  ['port', declared({ type: 'integer', minimum: '1', maximum: '65535' })],
  ['count', declared({ type: 'integer' })],
  ['ratio', declared({ type: 'number', minimum: '-1', maximum: '1.5' })],
  ['nested', declared({ type: 'map' })],
  ['with.dot', declared({})],
  ['odd', declared({ type: 'list' })],
  ['bad', declared({ type: 'number', minimum: 'low' })],
]);

const typed = (...entries: readonly string[]) => {
  const settings = entries.map((entry) => {
    const middle = entry.indexOf('=');
    return { name: entry.slice(0, middle), value: entry.slice(middle + 1) };
  });
  return typedByDeclaration(settings, declarations, 'web');
};

describe('settings of an AppChart', () => {
  it.each<[string, unknown]>([
    ['text=8080', { text: '8080' }],
    ['text=', { text: '' }],
    ['with.dot=1', { 'with.dot': '1' }],
    ['color=red', { color: 'red' }],
    ['switch=true', { switch: true }],
    ['switch=T', { switch: true }],
    ['switch=0', { switch: false }],
    ['port=+80', { port: 80 }],
    ['count=-5', { count: -5 }],
    ['count=0755', { count: 755 }],
    ['count=9007199254740993', { count: 9007199254740993n }],
    ['ratio=1.5', { ratio: 1.5 }],
    ['ratio=-1', { ratio: -1 }],
    ['ratio=1e-1', { ratio: 0.1 }],
    ['nested={"a":{"b":1}}', { nested: { a: { b: 1 } } }],
    ['nested.a=1', { nested: { a: '1' } }],
  ])('%s has the declared type', (entry, expected) => {
    expect(typed(entry)).toEqual(expected);
  });

  it('build one map from several entries', () => {
    expect(typed('nested={"a":{"b":1},"c":2}', 'nested.a.d=3', 'nested.c=4', 'text=x')).toEqual({
      nested: { a: { b: 1, d: '3' }, c: '4' },
      text: 'x',
    });
    expect(typed('nested.c=4', 'nested.c.d=5')).toEqual({ nested: { c: { d: '5' } } });
    expect(typed()).toEqual({});
  });

  it.each<[string, string]>([
    ['other=1', 'other: AppChart web does not declare it'],
    ['text.more=1', 'text.more: AppChart web does not declare it'],
    ['color=green', 'color: expected one of red, blue, got "green"'],
    ['switch=yes', 'switch: expected true or false, got "yes"'],
    ['switch=constructor', 'switch: expected true or false'],
    ['port=1.5', 'port: expected an integer, got "1.5"'],
    ['port=0', 'port: expected at least 1, got 0'],
    ['port=65536', 'port: expected at most 65535, got 65536'],
    ['ratio=high', 'ratio: expected a number, got "high"'],
    ['ratio=1e999', 'ratio: expected a number'],
    ['ratio=1.6', 'ratio: expected at most 1.5, got 1.6'],
    ['nested=text', 'nested: expected NAME.key=value or a JSON object, got "text"'],
    ['nested=[1]', 'nested: expected NAME.key=value or a JSON object'],
    ['nested..a=1', 'nested..a: expected NAME.key=value'],
    ['odd=1', 'odd: the AppChart declares the unknown type "list"'],
    ['bad=1', 'bad: the AppChart declares the invalid limit "low"'],
  ])('are refused: %s', (entry, message) => {
    expect(refusalOf(() => typed(entry))).toContain(`invalid-param: reading settings: ${message}`);
  });

  it('are refused where the AppChart has none', () => {
    const settings = [{ name: 'a', value: '1' }];
    expect(refusalOf(() => typedByDeclaration(settings, new Map(), 'web'))).toContain('does not declare it');
  });
});

import { describe, expect, it } from 'vitest';

import {
  describePluginError,
  formatBatchRequest,
  formatPluginRequest,
  parseBatchVerdict,
  parsePluginLine,
  parsePluginMetadata,
  parsePluginVerdict,
} from '../../../../src/domain/transform/plugin-protocol.ts';
import { metadataOf } from '../../../builders/plugins.ts';
import { aResource } from '../../../builders/transform.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';

const redactor = new Redactor();

describe('metadata of a plugin', () => {
  it("is read as crane's library writes it", () => {
    expect(parsePluginMetadata(metadataOf('Colours'))).toEqual({
      name: 'Colours',
      version: 'v0.1',
      optionalFields: [{ flagName: 'Colour', help: 'Sets the colour.', example: 'blue' }],
      isBatch: false,
    });
    expect(parsePluginMetadata(metadataOf('A', { batch: true, version: 1, optionalFields: [{}] }))).toMatchObject({
      version: '',
      optionalFields: [{ flagName: '', help: '', example: '' }],
      isBatch: true,
    });
    expect(parsePluginMetadata(metadataOf('A', { optionalFields: null })).optionalFields).toEqual([]);
  });

  it.each([
    [{ name: '' }, 'has no name in its metadata'],
    [{ name: 1 }, 'has no name in its metadata'],
    [{ requestVersion: ['v2'] }, 'does not name v1 in requestVersion of its metadata'],
    [{ responseVersion: 'v1' }, 'does not name v1 in responseVersion of its metadata'],
  ])('is refused with %j', (more, why) => {
    expect(() => parsePluginMetadata(metadataOf('A', more))).toThrow(why);
  });
});

describe('a request', () => {
  it('is one line with the flags beside the resource', () => {
    const resource = aResource('v1 ConfigMap', 'a', { data: { text: 'one\ntwo' }, extras: 'own' });
    const plain =
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"shop"},"data":{"text":"one\\ntwo"}';
    expect(formatPluginRequest(resource, { a: 'b' })).toBe(`${plain},"extras":{"a":"b"}}`);
    expect(formatPluginRequest(resource, {})).toBe(`${plain},"extras":null}`);
    expect(formatBatchRequest(resource, { a: 'b' }, 7)).toBe(`${plain},"extras":{"a":"b"},"request":7}`);
    expect(formatBatchRequest(resource, {}, 7)).toBe(`${plain},"extras":null,"request":7}`);
  });
});

describe('a verdict', () => {
  it.each([
    ['{}', []],
    ['{"version":"v1","isWhiteOut":false,"patches":null}', []],
    ['{"patches":[{"op":"remove","path":"/a"}]}\n', [{ op: 'remove', path: '/a' }]],
    [
      '{"patches":[{"op":"add","path":"/a","value":9007199254740993}]}',
      [{ op: 'add', path: '/a', value: 9007199254740993n }],
    ],
  ])('%j is read', (text, patches) => {
    expect(parsePluginVerdict(text)).toEqual({ kind: 'patches', patches });
  });

  it('leaves a resource out whatever else it says', () => {
    expect(parsePluginVerdict('{"isWhiteOut":true,"patches":[1]}')).toMatchObject({ kind: 'whiteout' });
  });

  it.each([
    '',
    ' \n',
    '{',
    '[]',
    'null',
    '{"isWhiteOut":"yes"}',
    '{"version":"v2"}',
    '{"patches":{}}',
    '{"patches":[1]}',
  ])('is not %j', (text) => {
    expect(() => parsePluginVerdict(text)).toThrow();
  });

  it('never quotes what it could not read', () => {
    expect(() => parsePluginVerdict('secret {')).toThrow(/^answered with invalid JSON$/);
  });

  it('answers its own request in the batch form', () => {
    expect(parseBatchVerdict('{"request":7,"isWhiteOut":true}', 7)).toMatchObject({ kind: 'whiteout' });
    expect(() => parseBatchVerdict('{"request":8}', 7)).toThrow(/request 7 was due/);
    expect(() => parseBatchVerdict('{}', 7)).toThrow(/out of turn/);
  });
});

describe('standard error', () => {
  it.each([
    ['time="x" level=info msg=a', 'info'],
    ['level=warning a', 'warn'],
    ['level=error a', 'warn'],
    ['level=debug a', 'debug'],
    ['level=fatal a', undefined],
    ['hello', undefined],
  ])('%j is relayed as %s', (line, level) => {
    expect(parsePluginLine(line, redactor)?.level).toBe(level);
  });

  it('is relayed in short', () => {
    expect(parsePluginLine(`level=info ${'x'.repeat(5000)}`, redactor)?.text).toHaveLength(1000);
  });

  it.each([
    ['', ''],
    ['a\n{"type":"PluginRunError","message":"no"}\nb\n', 'PluginRunError: no'],
    ['{"type":"PluginRunError","message":"no","error":"deep"}', 'PluginRunError: no: deep'],
    ['{"other":1}\n{broken\nlast\n', 'last'],
    ['TypeError: x\n    at y\n\nNode.js v24\n', 'TypeError: x'],
  ])('%j explains why a plugin failed: %j', (stderr, why) => {
    expect(describePluginError(stderr, redactor)).toBe(why);
  });
});

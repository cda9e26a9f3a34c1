import { gunzipSync } from 'node:zlib';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { yamlCodec } from '../../../../src/adapters/yaml/yaml-codec.ts';
import { numberOf, parseJsonWithNumberTexts } from '../../../../src/domain/helm/number-text.ts';
import { decodeRelease } from '../../../../src/domain/helm/release.ts';
import { encodeRelease, releaseJson, releaseObject } from '../../../builders/helm-release.ts';
import { refusalOf } from '../../../builders/task-error.ts';

const gunzip = (bytes: Uint8Array): Uint8Array => gunzipSync(bytes);

describe('decodeRelease', () => {
  it('reads what Helm stores, packed or not', () => {
    const json = releaseJson({ revision: 3, schema: '{}', files: { 'a.txt': 'ü' } });
    const release = decodeRelease(encodeRelease(json), 'test', gunzip);
    expect(release).toMatchObject({ name: 'web', namespace: 'shop', revision: 3, status: 'deployed' });
    expect(release.chart).toMatchObject({ name: 'web', version: '1.2.3', values: { image: 'nginx' }, lock: undefined });
    expect(release.chart.files.map(({ content }) => new TextDecoder().decode(content))).toEqual(['ü']);
    expect(decodeRelease(Buffer.from(json).toString('base64'), 'test', gunzip)).toEqual(release);
  });

  it('reads a record without what Go leaves out when it is empty', () => {
    const chart = { metadata: { name: 'web', version: '1' }, files: [{ name: 'empty', data: null }], lock: { a: 1 } };
    const record = { name: 'web', namespace: 'shop', version: 1, info: { status: 'deployed' }, chart, hooks: [{}] };
    const release = decodeRelease(encodeRelease(JSON.stringify(record)), 'test', gunzip);
    expect(release).toMatchObject({ config: {}, manifest: '', hooks: [{ path: '', manifest: '' }] });
    expect(release.chart).toMatchObject({ templates: [], values: {}, schema: undefined, lock: { a: 1 } });
    expect(release.chart.files).toEqual([{ path: 'empty', content: new Uint8Array() }]);
  });

  it('refuses a record that is cut at any place', () => {
    const encoded = encodeRelease(releaseJson());
    fc.assert(
      fc.property(fc.integer({ min: 0, max: encoded.length - 8 }), (end) => {
        expect(refusalOf(() => decodeRelease(encoded.slice(0, end), 'test', gunzip))).toMatch(/^release-invalid/);
      }),
    );
  });

  it.each([
    ['null', 'version'],
    ['[]', 'version'],
    ['{"name":"web"}', 'version'],
    ['{"name":"web","version":1,"chart":{"templates":[{}]}}', 'namespace'],
    [releaseJson({ files: { '': 'x' } }), 'without a name'],
    [releaseJson().replace('"schema":null', '"schema":"%"'), 'schema of a chart file is not base64'],
  ])('refuses %s', (json, why) => {
    const refusal = refusalOf(() => decodeRelease(encodeRelease(json), 'test', gunzip));
    expect(refusal).toMatch(/^release-invalid/);
    expect(refusal).toContain(why);
  });

  it('never quotes the record', () => {
    const text = Buffer.from('{"password": very-secret').toString('base64');
    expect(refusalOf(() => decodeRelease(text, 'test', gunzip))).not.toContain('secret');
    expect(releaseObject().data.release).toBeDefined();
  });
});

describe('numbers', () => {
  it.each(['999999', '1000000', '20161216', '9007199254740993', '1.0', '1e3', '-0.0', '0.1', '1E+2'])(
    'keep their text: %s',
    (text) => {
      const value = parseJsonWithNumberTexts(`{"a":${text}}`);
      expect(JSON.stringify(value)).toBe(`{"a":${text}}`);
      const [read] = yamlCodec.parse(yamlCodec.format(value), 'test');
      expect(numberOf((read as { a: unknown }).a)).toBe(Number(text));
    },
  );

  it.each(['0755', '1e3', 'on', '1_000', '0x10', '.5', 'null', '1.0'])('as texts remain texts: %s', (text) => {
    const value = parseJsonWithNumberTexts(JSON.stringify({ a: text }));
    expect(yamlCodec.parse(yamlCodec.format(value), 'test')).toEqual([{ a: text }]);
  });

  it('are written as they were read, at any place', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(JSON.stringify(parseJsonWithNumberTexts(text))).toBe(text);
      }),
    );
  });
});

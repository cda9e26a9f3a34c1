import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { dataKeyLength, dataKeyOf } from '../../../src/adapters/age/data-key.ts';
import { yamlCodec } from '../../../src/adapters/yaml/yaml-codec.ts';
import { isCovered, overlay } from '../../../src/domain/apply/apply-object.ts';
import { parseJsonExactly } from '../../../src/domain/kube/exact-integers.ts';
import { addAt, applyPatch, removeAt, replaceAt, removeMembers } from '../../../src/domain/kube/json-patch.ts';
import { isObject, valueAt, ownValue, isEqualJson } from '../../../src/domain/core/json-object.ts';
import { type Resource, textsAt } from '../../../src/domain/kube/resource.ts';
import { sealSecret, unsealSecret } from '../../../src/domain/export/sealed-secret.ts';
import { noCounterpart } from '../../../src/domain/transform/modernize/modernize-plugin.ts';
import { compareContent, projectContent } from '../../../src/domain/verify/compare-content.ts';
import { hideValues } from '../../../src/domain/verify/hide-values.ts';

const inherited = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'];
const keys = fc.oneof(fc.constantFrom(...inherited), fc.string({ maxLength: 8 }));

/** Objects whose keys are own, as parsers make them, also where they are named as what every object inherits. */
function objectsOf<T>(values: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> {
  return fc
    .uniqueArray(fc.tuple(keys, values), { selector: ([key]) => key, maxLength: 6 })
    .map((entries) => Object.fromEntries(entries));
}

const texts = objectsOf(
  fc.uint8Array({ minLength: 3, maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('base64')),
);
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.oneof(fc.string({ maxLength: 6 }), fc.integer(), fc.boolean(), fc.constant(null)),
    fc.array(tie('json'), { maxLength: 3 }),
    objectsOf(tie('json')),
  ),
}));

/** Text in which equal values are equal: own keys sorted, none lost, none inherited. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`;
}

function keysOf(value: unknown): readonly string[] {
  return isObject(value) ? Object.keys(value) : [];
}

function resource(kind: string, members: object): Resource {
  return { apiVersion: 'v1', kind, metadata: { name: 'a', namespace: 'shop' }, ...members };
}

const dataKey = dataKeyOf(Buffer.alloc(dataKeyLength), 'sealed');

describe('keys that every object inherits', () => {
  it('are not found in an object without them', () => {
    for (const key of inherited) {
      expect(ownValue({}, key)).toBeUndefined();
      expect(valueAt({ a: {} }, 'a', key)).toBeUndefined();
      expect(isCovered({ [key]: 'x' }, {})).toBe(false);
      expect(isCovered(Object.fromEntries([[key, {}]]), {})).toBe(false);
      expect(removeMembers([], {}, [key])).toEqual([]);
    }
  });

  it('survive sealing and unsealing', async () => {
    await fc.assert(
      fc.asyncProperty(texts, async (data) => {
        const secret = resource('Secret', { data });
        const sealed = sealSecret(secret, { dataKey, recipient: 'age1x' });
        expect(keysOf(valueAt(sealed, 'sealedData'))).toEqual(Object.keys(data));
        const opened = await unsealSecret(sealed, {
          openDataKey: () => Promise.resolve(dataKey),
          openValue: () => Promise.reject(new Error('each value is sealed with the data key')),
        });
        expect(canonical(valueAt(opened, 'data') ?? {})).toBe(canonical(data));
      }),
    );
  });

  it('survive YAML and JSON', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(canonical(yamlCodec.parse(yamlCodec.format(value), 'x')[0])).toBe(canonical(value));
        expect(canonical(parseJsonExactly(JSON.stringify(value)))).toBe(canonical(value));
        const withLong = `{"long":${'9'.repeat(20)},"value":${JSON.stringify(value)}}`;
        expect(canonical(valueAt(parseJsonExactly(withLong), 'value'))).toBe(canonical(value));
      }),
    );
  });

  it('are added, replaced and removed by patches as any other', () => {
    fc.assert(
      fc.property(objectsOf(json), keys, json, (object, key, value) => {
        const added = applyPatch(object, [addAt([key], value)], 'strict');
        const others = Object.entries(object).filter(([name]) => name !== key);
        expect(canonical(added)).toBe(canonical(Object.fromEntries([...others, [key, value]])));
        const nested = applyPatch(added, [replaceAt([key], { deep: {} }), addAt([key, 'deep', key], 1)], 'strict');
        expect(canonical(valueAt(nested, key, 'deep'))).toBe(canonical(Object.fromEntries([[key, 1]])));
        expect(canonical(applyPatch(nested, [removeAt([key])], 'strict'))).toBe(canonical(Object.fromEntries(others)));
      }),
    );
  });

  it('count when objects are compared before and after an apply', () => {
    fc.assert(
      fc.property(objectsOf(json), objectsOf(json), (a, b) => {
        expect(isEqualJson(a, b)).toBe(canonical(a) === canonical(b));
        expect(isCovered(a, a)).toBe(true);
        const laid = overlay(b, a);
        expect([...keysOf(laid)].sort()).toEqual([...new Set([...Object.keys(b), ...Object.keys(a)])].sort());
        expect(canonical(overlay({}, a))).toBe(canonical(a));
      }),
    );
  });

  it('count when a planned object is compared with the found one, and in the diff that is shown', () => {
    fc.assert(
      fc.property(texts, texts, (planned, found) => {
        const [a, b] = [resource('ConfigMap', { data: planned }), resource('ConfigMap', { data: found })];
        const differing = [...new Set([...Object.keys(planned), ...Object.keys(found)])].filter(
          (key) => ownValue(planned, key) !== ownValue(found, key),
        );
        expect(compareContent(a, b).differences).toHaveLength(differing.length);
        expect(canonical(projectContent(a, b)['data'])).toBe(canonical(found));
        const labelled = projectContent(resource('Pod', { spec: planned }), resource('Pod', { spec: found }))['spec'];
        const shared = Object.entries(found).filter(([key]) => Object.hasOwn(planned, key));
        expect(canonical(labelled)).toBe(canonical(Object.fromEntries(shared)));
      }),
    );
  });

  it('are shown without the values of a Secret', () => {
    fc.assert(
      fc.property(texts, texts, (first, second) => {
        const [a, b] = hideValues(resource('Secret', { data: first }), resource('Secret', { data: second }));
        const marks = Object.entries(second).map(([key, value]) => {
          const other = ownValue(first, key);
          return [key, other === undefined || other === value ? '***' : '*** (another value)'];
        });
        expect(canonical(b['data'])).toBe(canonical(Object.fromEntries(marks)));
        expect(keysOf(a['data'])).toEqual(Object.keys(first));
      }),
    );
  });

  it('name no entry of a table', () => {
    for (const name of inherited) {
      expect(compareContent(resource(name, {}), resource(name, {}))).toEqual({ differences: [], additions: [] });
      const custom: Resource = { ...resource('Thing', {}), apiVersion: `${name}/v1` };
      expect(noCounterpart(custom)).toBeUndefined();
      expect(Object.keys(textsAt(resource('Pod', {}), 'labels'))).toEqual([]);
    }
  });
});

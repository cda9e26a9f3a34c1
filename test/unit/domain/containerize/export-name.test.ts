import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { checkExportName, makeExportTag, parseExportTag } from '../../../../src/domain/containerize/export-name.ts';
import { isTag } from '../../../../src/domain/oci/image-location.ts';
import { refusalOf } from '../../../builders/task-error.ts';

const source = (now: number, bytes: readonly number[] = [1, 2, 3, 4]) => ({
  now: () => now,
  random: () => Uint8Array.from(bytes),
});

describe('the tag of an export', () => {
  it('has a generated part before the name', () => {
    const tag = makeExportTag('course-1', source(Date.UTC(2026, 0, 2)));
    expect(tag.tag).toBe(`${tag.id}_course-1`);
    expect(tag.id).toMatch(/^[0-9a-z]{15}$/);
    expect(parseExportTag(tag.tag)).toEqual(tag);
  });

  it('is valid for each valid name, and refused for each other one', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary', maxLength: 130 }), fc.stringMatching(/^[\w.-]{0,130}$/)),
        (name) => {
          const isAllowed = /^[\w.-]{1,112}$/.test(name) && !name.includes('\n');
          const refusal = refusalOf(() => makeExportTag(name, source(5)));
          expect(refusal === '').toBe(isAllowed);
          if (isAllowed) expect(isTag(makeExportTag(name, source(5)).tag)).toBe(true);
          else expect(refusal).toMatch(/^invalid-param: .*1 to 112 letters, digits, dots, dashes and underscores/s);
        },
      ),
    );
  });

  it('sorts by time, and differs for equal names at one time', () => {
    fc.assert(
      fc.property(fc.tuple(fc.nat(2 ** 45), fc.nat(2 ** 45)), ([a, b]) => {
        const [first, second] = [a, b].map((now) => makeExportTag('x', source(now)).id);
        expect(String(first) < String(second)).toBe(a < b);
      }),
    );
    const bytes = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(127));
    fc.assert(
      fc.property(bytes, bytes, ([a, b, c, d], [e, f, g, h]) => {
        const [one, other] = [
          [d, a, b, c],
          [h, e, f, g],
        ].map((each) => makeExportTag('x', source(5, each)).id);
        expect(one === other).toBe(a === e && b === f && c === g && d === h);
      }),
    );
  });

  it('is refused with the whole rule', () => {
    expect(refusalOf(() => checkExportName('a b'))).toContain('got "a b"');
    expect(() => checkExportName('')).toThrow(
      expect.objectContaining({ remedy: expect.stringContaining('[A-Za-z0-9_][A-Za-z0-9._-]{0,127}') as string }),
    );
  });

  it.each([
    'latest',
    '0123456789abcde',
    '0123456789abcde_',
    '0123456789ABCDE_x',
    '0123456789abcde-x',
    '0123456789abcde_x y',
  ])('%j is not such a tag', (tag) => {
    expect(parseExportTag(tag)).toBeUndefined();
  });
});

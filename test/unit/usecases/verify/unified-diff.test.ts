import { describe, expect, it } from 'vitest';

import { unifiedDiff } from '../../../../src/usecases/verify/unified-diff.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';

const redactor = new Redactor();

const lines = (count: number, prefix = 'line'): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix} ${String(index)}`);

describe('a unified diff', () => {
  it('is empty for equal texts', () => {
    expect(unifiedDiff('a\n', 'a\n', redactor)).toBe('');
  });

  it('shows a changed line with three lines around it', () => {
    const before = lines(9);
    expect(unifiedDiff(before.join('\n'), before.with(4, 'other').join('\n'), redactor)).toBe(
      '@@\n line 1\n line 2\n line 3\n-line 4\n+other\n line 5\n line 6\n line 7\n',
    );
  });

  it('keeps what both have in common between two changes', () => {
    expect(unifiedDiff('a\nb\nc\nd', 'x\nb\nc\ny', redactor)).toBe('-a\n+x\n b\n c\n-d\n+y\n');
    expect(unifiedDiff('a\nb', 'a\nn\nb\nm', redactor)).toBe(' a\n+n\n b\n+m\n');
    expect(unifiedDiff('k\na\nb\nz', 'k\nb\na\nz', redactor)).toMatch(/^ k\n(?:[-+ ]\w\n){3} z\n$/);
  });

  it('shows two changes that are far apart as two pieces', () => {
    const before = lines(30);
    const after = before.with(2, 'x').with(25, 'y');
    expect(unifiedDiff(before.join('\n'), after.join('\n'), redactor).match(/^@@$/gm)).toHaveLength(1);
    expect(unifiedDiff(before.join('\n'), after.join('\n'), redactor)).not.toContain(' line 15');
  });

  it('cuts long lines and long diffs', () => {
    expect(unifiedDiff('a', 'b'.repeat(500), redactor)).toBe(`-a\n+${'b'.repeat(199)}…\n`);
    expect(unifiedDiff(lines(300).join('\n'), lines(300, 'x').join('\n'), redactor).split('\n')).toHaveLength(202);
  });

  it('does not search texts of many thousand lines for what they have in common', () => {
    const diff = unifiedDiff(`${lines(3000).join('\n')}\nend`, `${lines(3000, 'x').join('\n')}\nend`, redactor);
    expect(diff.startsWith('-line 0\n-line 1\n')).toBe(true);
    const same = lines(10, 'same').join('\n');
    const framed = (prefix: string): string => [same, ...lines(60_000, prefix), same].join('\n');
    const startedAt = performance.now();
    expect(unifiedDiff(framed('a'), framed('b'), redactor).split('\n').slice(0, 6)).toEqual([
      '@@',
      ' same 7',
      ' same 8',
      ' same 9',
      '-a 0',
      '-a 1',
    ]);
    expect(performance.now() - startedAt).toBeLessThan(3000);
  });
});

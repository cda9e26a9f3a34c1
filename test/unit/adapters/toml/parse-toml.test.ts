import { describe, expect, it } from 'vitest';

import { parseToml } from '../../../../src/adapters/toml/parse-toml.ts';
import { refusalOf } from '../../../builders/task-error.ts';

describe('reading TOML', () => {
  it('gives plain values', () => {
    expect(parseToml('[image]\ntags = ["a"]\n', 'report.toml')).toEqual({ image: { tags: ['a'] } });
  });

  it('names the file of an invalid text, and does not quote it', () => {
    const refusal = refusalOf(() => parseToml('password = hunter2 x', 'report.toml'));
    expect(refusal).toMatch(/^invalid-file: reading report\.toml: \S/);
    expect(refusal).not.toContain('hunter2');
  });
});

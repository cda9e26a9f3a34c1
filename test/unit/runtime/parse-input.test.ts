import { describe, expect, it } from 'vitest';

import { defineTask } from '../../../src/runtime/define-task.ts';
import { parseInput } from '../../../src/runtime/parse-input.ts';

const task = defineTask({
  name: 'task',
  family: 'crane',
  stage: 'export',
  summary: '',
  description: '',
  examples: [],
  params: { digests: { type: 'string', list: true, digests: true, default: '', description: '' } },
  workspaces: {},
  reasons: [],
  results: {},
  run: () => Promise.resolve({ items: [], results: {}, summary: '' }),
});
const one = `sha256:${'a'.repeat(64)}`;
const two = `sha256:${'0'.repeat(64)}`;

describe('a param with digests', () => {
  it.each([
    ['', ''],
    [one, one],
    [`${one},${two}`, `${one},${two}`],
    [`${one}, ,`, `${one}, ,`],
    [JSON.stringify([one, two]), `${one},${two}`],
  ])('takes %j', (given, expected) => {
    expect(parseInput(task, { digests: given }).params['digests']).toBe(expected);
  });

  it.each(['latest', `${one},latest`, 'a'.repeat(64), `${one}0`, one.toUpperCase(), `${one}\n${two}`, '["a,b"]'])(
    'refuses %j',
    (given) => {
      expect(() => parseInput(task, { digests: given })).toThrow(expect.objectContaining({ code: 'invalid-param' }));
    },
  );
});

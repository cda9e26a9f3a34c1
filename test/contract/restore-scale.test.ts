import { describe, expect, it } from 'vitest';

import { pipelines } from '../../src/pipelines/index.ts';
import type { Value } from '../../src/pipelines/definition/define-pipeline.ts';

/** Tekton's status of all tasks, and of the one that applies the resources. */
type Ended = readonly [all: 'Succeeded' | 'Completed' | 'Failed' | 'None', applied: 'Succeeded' | 'Failed' | 'None'];

function expand(value: Value, [all, applied]: Ended): string {
  const parts = Array.isArray(value) ? value : [value];
  return parts
    .map((part: unknown) => {
      if (typeof part === 'string') return part;
      const status = Reflect.get(Object(part), 'status') as unknown;
      return status === 'all' ? all : applied;
    })
    .join('');
}

const stages = pipelines.flatMap(({ finally: last }) => last.filter(({ task }) => task === 'crane-restore-scale'));

describe('the stage that starts the source again', () => {
  it.each<[string, Ended, boolean]>([
    ['the run has succeeded', ['Succeeded', 'Succeeded'], false],
    ['a stage did not run by its condition', ['Completed', 'Succeeded'], false],
    ['a stage has failed', ['Failed', 'None'], true],
    ['the comparison has failed', ['Failed', 'Succeeded'], true],
    // No task was running then, so none of them was cancelled, and those that did not start count as skipped.
    ['the run was cancelled between two stages', ['Completed', 'None'], true],
    ['the run was cancelled before its first stage', ['None', 'None'], true],
  ])('runs or not when %s', (_what, ended, runs) => {
    expect(stages.length).toBeGreaterThan(0);
    for (const { when } of stages) {
      const isListed = when !== undefined && when.values.includes(expand(when.input, ended));
      expect(isListed === (when?.operator === 'in')).toBe(runs);
    }
  });
});

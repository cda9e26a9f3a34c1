import { describe, expect, it } from 'vitest';

import { runStages, type Stage } from '../../../../src/usecases/migrate/run-stages.ts';
import type { TaskEnd } from '../../../../src/domain/reports/report.ts';

function stage(name: string, after: readonly string[] = []): Stage {
  return {
    name,
    task: name,
    after,
    writes: false,
    input: (resultOf) => ({
      params: Object.fromEntries(after.map((other) => [other, resultOf(other, 'out')])),
      workspaces: {},
    }),
  };
}

interface Scene {
  readonly events: readonly string[];
  readonly outcomes: Readonly<Record<string, string>>;
}

async function run(stages: readonly Stage[], failing: readonly string[] = []): Promise<Scene> {
  const events: string[] = [];
  let clock = 0;
  const runs = await runStages(stages, {
    now: () => (clock += 1000),
    run: async ({ name }, { params }): Promise<TaskEnd> => {
      events.push(`${name} begins ${Object.values(params).join(' ')}`.trim());
      await Promise.resolve();
      events.push(`${name} ends`);
      const failed = failing.includes(name);
      const results = { out: `of ${name}` };
      return {
        exitCode: failed ? 4 : 0,
        status: failed ? 'incomplete' : 'succeeded',
        message: '',
        remedy: '',
        results,
      };
    },
  });
  return { events, outcomes: Object.fromEntries(runs.map((each) => [each.stage.name, each.end?.status ?? 'not run'])) };
}

describe('running stages', () => {
  it('begins each when those before it have succeeded, with their results', async () => {
    const { events } = await run([stage('a'), stage('b'), stage('c', ['a', 'b'])]);
    expect(events).toEqual(['a begins', 'b begins', 'a ends', 'b ends', 'c begins of a of b', 'c ends']);
  });

  it('begins no other once one failed, and lets those at work come to their end', async () => {
    const { events, outcomes } = await run([stage('a'), stage('b'), stage('c', ['b']), stage('d', ['a'])], ['a']);
    expect(outcomes).toEqual({ a: 'incomplete', b: 'succeeded', c: 'not run', d: 'not run' });
    expect(events).toContain('b ends');
  });

  it('passes an error of the program itself on', async () => {
    const broken = runStages([stage('a')], { now: () => 0, run: () => Promise.reject(new Error('defect')) });
    await expect(broken).rejects.toThrow('defect');
  });
});

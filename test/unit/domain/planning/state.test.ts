import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { allowedActions } from '../../../../src/domain/planning/allowed-actions.ts';
import { acceptedAnnotation, stateOf, type MigrationObjects } from '../../../../src/domain/planning/state.ts';
import { aMove, aTask, aTaskOf } from '../../../builders/migration.ts';

function read(objects: Partial<MigrationObjects>) {
  return stateOf({ configMap: {}, runs: [], taskRuns: [], reports: [], ...objects });
}

const running = { condition: ['Unknown', 'Running'] } as const;
const succeeded = { condition: ['True', 'Succeeded'] } as const;
const failed = { condition: ['False', 'Failed', 'Tasks Completed: 3 (Failed: 1)'] } as const;
const cancelled = { condition: ['False', 'Cancelled'] } as const;
const quiesced = aTaskOf('cutover', 'quiesce');
const restored = aTaskOf('cutover', 'restore-scale', { at: 4 });
const applied = aTaskOf('cutover', 'apply-to-cluster', { at: 3 });

describe('the phase of a migration', () => {
  it.each([
    ['never-run', {}],
    ['never-run', { runs: [aMove('stage', { request: 'PipelineRunPending' })] }],
    ['never-run', { runs: [aMove('validate', succeeded), aMove('mine', succeeded)] }],
    ['staging', { runs: [aMove('stage')] }],
    ['staging', { runs: [aMove('stage', running)] }],
    ['staged', { runs: [aMove('stage', succeeded)] }],
    ['cutting-over', { runs: [aMove('stage', succeeded), aMove('cutover', { at: 9, ...running })] }],
    ['moving', { runs: [aMove('app', running)] }],
    ['copying-images', { runs: [aMove('images', running)] }],
    ['succeeded', { runs: [aMove('cutover', succeeded)] }],
    ['succeeded', { runs: [aMove('images', succeeded)] }],
    ['failed', { runs: [aMove('stage', failed)] }],
    ['cancelled', { runs: [aMove('app', cancelled)] }],
    ['cancelled', { runs: [aMove('app', { condition: ['False', 'TaskRunCancelled'] })] }],
    ['staged', { runs: [aMove('stage-2', { at: 2, ...succeeded }), aMove('stage-1', failed)] }],
    ['taken-back', { runs: [aMove('cutover', failed)], taskRuns: [aTask('crane-rollback', {}, 'false')] }],
    ['taking-back', { runs: [aMove('cutover', failed)], taskRuns: [aTask('crane-rollback', running, 'false')] }],
    ['failed', { runs: [aMove('cutover', failed)], taskRuns: [aTask('crane-rollback', {}, 'true')] }],
    ['failed', { runs: [aMove('cutover', failed)], taskRuns: [aTask('crane-rollback', {})] }],
    ['failed', { runs: [aMove('cutover', failed)], taskRuns: [aTask('crane-rollback', failed, 'false')] }],
    [
      'cutting-over',
      { runs: [aMove('cutover', { at: 20, ...running })], taskRuns: [aTask('crane-rollback', {}, 'false')] },
    ],
    ['failed', { runs: [aMove('cutover', { at: 20, ...failed })], taskRuns: [aTask('crane-rollback', {}, 'false')] }],
  ] as const)('is %s', (phase, objects) => {
    expect(read(objects).phase).toBe(phase);
  });

  it('is incomplete when the task that failed ended with exit code 4, or says so', () => {
    const runs = [aMove('app', failed)];
    const task = aTaskOf('app', 'image-sync', { ...failed, exitCode: 4 });
    expect(read({ runs, taskRuns: [task] }).phase).toBe('incomplete');
    const status = { ...failed, results: [{ name: 'status', value: 'incomplete' }] };
    const said = { metadata: { labels: { 'tekton.dev/pipelineRun': 'app' } }, status: { ...status } };
    expect(read({ runs, taskRuns: [said] }).phase).toBe('failed');
    const conditions = [{ type: 'Succeeded', status: 'False', reason: 'Failed' }];
    expect(read({ runs, taskRuns: [{ ...said, status: { ...status, conditions } }] }).phase).toBe('incomplete');
  });

  it('is accepted by the annotation, unless a run is running', () => {
    const configMap = { metadata: { annotations: { [acceptedAnnotation]: '2026-01-31T10:00:00Z' } } };
    expect(read({ configMap, runs: [aMove('cutover', failed)] })).toMatchObject({
      phase: 'accepted',
      isAccepted: true,
    });
    expect(read({ configMap, runs: [aMove('stage')] }).phase).toBe('staging');
  });
});

describe('what is known of a migration', () => {
  it('is the task that failed first, with its message and the steps', () => {
    const { failure } = read({
      runs: [aMove('cutover', failed)],
      taskRuns: [
        quiesced,
        aTaskOf('cutover', 'restore-scale', { at: 1, ...failed }),
        aTaskOf('cutover', 'verify', { at: 9, condition: ['False', 'Failed', 'later'] }),
        aTaskOf('cutover', 'volumes', { at: 3, condition: ['False', 'Failed', 'no space'] }),
        aTaskOf('other', 'export', { at: 0, ...failed }),
      ],
    });
    expect(failure).toMatchObject({ task: 'volumes', message: 'no space', hasApplied: false, action: 'cutover' });
    expect(failure?.recovery.steps).toEqual(['fix-cause', 'retry']);
  });

  it('is the task of finally when no other failed, and no task when the run was cancelled', () => {
    const taskRuns = [aTaskOf('cutover', 'restore-scale', failed)];
    expect(read({ runs: [aMove('cutover', failed)], taskRuns }).failure?.task).toBe('restore-scale');
    const { failure } = read({ runs: [aMove('cutover', cancelled)], taskRuns });
    expect(failure).toMatchObject({ task: undefined, recovery: { chapter: 'an-interrupted-run' } });
    const timedOut = read({ runs: [aMove('cutover', { condition: ['False', 'PipelineRunTimeout', 'too long'] })] });
    expect(timedOut).toMatchObject({ phase: 'failed', failure: { task: undefined, message: 'too long' } });
  });

  it.each([
    ['its task started', { taskRuns: [applied] }, true],
    ['its TaskRun is deleted', { children: ['apply-to-cluster'] }, true],
    ['a report says so', { reports: [{ task: 'kubectl-apply-kustomize', counts: { done: 1 } }] }, true],
    ['a report says nothing', { reports: [{ task: 'kubectl-apply-kustomize', counts: { done: 0 } }, null] }, false],
    ['its TaskRun has no pod', { taskRuns: [aTaskOf('cutover', 'apply-to-cluster', { hasNoPod: true })] }, false],
    ['only others started', { taskRuns: [quiesced], children: ['quiesce'] }, false],
  ] as [string, Partial<MigrationObjects> & { children?: string[] }, boolean][])(
    'is whether a failed cutover applied: %s',
    (_, { children = [], ...objects }, hasApplied) => {
      const state = read({ runs: [aMove('cutover', { ...failed, children })], ...objects });
      expect(state).toMatchObject({ hasApplied, failure: { hasApplied } });
    },
  );

  it('reads the references of a run that name no task', () => {
    const move = aMove('cutover', failed);
    const childReferences = [{ name: 'cutover-1' }, null, { pipelineTaskName: 'apply-to-cluster' }];
    const { conditions } = (move as { status: { conditions: unknown } }).status;
    const run = { ...move, status: { conditions, childReferences } };
    expect(read({ runs: [run] })).toMatchObject({ hasApplied: true });
  });

  it('is that nothing is applied after a rollback, and by a stage', () => {
    const taskRuns = [applied, aTask('crane-rollback', {}, 'false')];
    expect(read({ runs: [aMove('cutover', failed)], taskRuns })).toMatchObject({
      hasApplied: false,
      failure: { hasApplied: false },
    });
    expect(read({ runs: [aMove('stage', { ...failed, children: ['apply-to-cluster'] })] }).hasApplied).toBe(false);
    const staged = [aMove('cutover', failed), aMove('stage', { at: 9, ...succeeded })];
    expect(read({ runs: staged, taskRuns: [applied] })).toMatchObject({ phase: 'staged', hasApplied: true });
  });

  it.each([
    ['running', [], []],
    ['running', [aMove('cutover', failed)], []],
    ['unknown', [aMove('cutover', succeeded)], []],
    ['stopped', [aMove('cutover', succeeded)], [quiesced, restored]],
    ['unknown', [aMove('cutover', failed)], [quiesced]],
    ['unknown', [aMove('cutover', running)], [quiesced]],
    ['running', [aMove('cutover', failed)], [quiesced, restored]],
    ['unknown', [aMove('cutover', failed)], [quiesced, aTaskOf('cutover', 'restore-scale', failed)]],
    ['running', [aMove('cutover', succeeded)], [quiesced, aTask('crane-restore-scale', {})]],
    ['unknown', [aMove('cutover', failed)], [quiesced, aTask('crane-restore-scale', failed)]],
    ['unknown', [aMove('cutover', { at: 20, ...failed })], [quiesced, aTask('crane-restore-scale', {})]],
  ] as const)('is that the source is %s', (source, runs, taskRuns) => {
    expect(read({ runs, taskRuns }).source).toBe(source);
  });

  it('is when it was staged', () => {
    expect(read({ runs: [aMove('stage', succeeded)] }).stagedAt).toBe('2026-01-31T10:05:00.000Z');
    expect(read({ runs: [aMove('stage', failed)] }).stagedAt).toBeUndefined();
  });

  it.each([
    [{ runs: [{ action: 'stage' }, { action: 'cutover' }, { action: 'x' }, 1] }, ['stage', 'cutover']],
    [{ runs: [] }, undefined],
    [[], undefined],
  ])('is what the plan %j has', (plan, planned) => {
    expect(read({ configMap: { data: { 'plan.json': JSON.stringify(plan) } } }).planned).toEqual(planned);
  });

  it('does not depend on a plan that is not JSON', () => {
    expect(read({ configMap: { data: { 'plan.json': '{' } } }).planned).toBeUndefined();
  });

  it.each([
    ['stage', { spec: { pipelineRef: { name: 'crane-stage' } } }],
    ['cutover', { metadata: { annotations: { 'crane-ui-plugin.konveyor.io/action': 'cutover' } } }],
    ['app', { spec: { pipelineRef: { name: 'crane-app-migration' } } }],
  ])('is the action %s of a run that others made', (kind, run) => {
    expect(read({ runs: [run] }).run).toMatchObject({ kind, name: '', result: 'running' });
  });

  it('sorts runs of the same moment by their names', () => {
    expect(read({ runs: [aMove('stage-b'), aMove('stage-a')] }).run?.name).toBe('stage-b');
    expect(read({ runs: [aMove('stage-a'), aMove('stage-a')] }).run?.name).toBe('stage-a');
  });
});

const objects = [
  aMove('stage', failed),
  aMove('cutover', { request: 'CancelledRunFinally', ...running }),
  aTaskOf('cutover', 'verify', { ...failed, exitCode: 4 }),
  aTask('crane-rollback', {}, 'false'),
];

/** An object in which one value is another one. */
function damaged(): fc.Arbitrary<unknown> {
  const paths = (value: unknown, path: readonly string[] = []): (readonly string[])[] => {
    if (typeof value !== 'object' || value === null) return [path];
    return [path, ...Object.entries(value).flatMap(([key, inner]) => paths(inner, [...path, key]))];
  };
  const replace = (value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown => {
    if (key === undefined) return by;
    const copy: Record<string, unknown> = Array.isArray(value)
      ? (Array.from<unknown>(value) as never)
      : { ...(value as object) };
    copy[key] = replace(copy[key], rest, by);
    return copy;
  };
  return fc.constantFrom(...objects).chain((object) => {
    const hostile = fc.oneof(fc.jsonValue(), fc.constantFrom('\u202e<img onerror>', '__proto__', '\u0000'));
    return fc.tuple(fc.constantFrom(...paths(object)), hostile).map(([path, by]) => replace(object, path, by));
  });
}

describe('any objects', () => {
  it('have a state, and actions with a reason exactly when they are refused', () => {
    const list = fc.array(fc.oneof(damaged(), fc.jsonValue()), { maxLength: 5 });
    fc.assert(
      fc.property(fc.record({ configMap: fc.jsonValue(), runs: list, taskRuns: list, reports: list }), (any) => {
        const state = stateOf(any);
        const actions = allowedActions(state);
        expect(actions).toHaveLength(14);
        expect(actions.every(({ allowed, reason }) => allowed === (reason === undefined))).toBe(true);
        const isAllowed = (name: string) => actions.find(({ action }) => action === name)?.allowed;
        if (state.hasApplied) expect([isAllowed('stage'), isAllowed('cutover')]).toEqual([false, false]);
        if (state.running !== undefined) expect([isAllowed('retry'), isAllowed('delete')]).toEqual([false, false]);
      }),
      { numRuns: 300 },
    );
  });

  it('have the same state in any order', () => {
    const some = fc.shuffledSubarray([...objects, aMove('app', { at: 3, ...succeeded }), applied, quiesced, restored]);
    fc.assert(
      fc.property(some, (all) => {
        const one = read({ runs: all, taskRuns: all });
        const other = read({ runs: all.toReversed(), taskRuns: all.toReversed() });
        expect(one).toEqual(other);
      }),
    );
  });
});

describe('a take-back of one run', () => {
  const [old, newer] = [aMove('app-1', failed), aMove('app-2', { at: 2, ...failed })];
  const runs = [newer, old];
  const taskRuns = [aTaskOf('app-1', 'apply-to-cluster'), aTaskOf('app-2', 'apply-to-cluster', { at: 3 })];
  const takeBackOf = (run: string, more: object = {}) => ({
    ...aTask('crane-rollback', {}, 'false'),
    metadata: {
      name: `take-back-${run}`,
      creationTimestamp: '2026-01-31T10:30:00.000Z',
      labels: { 'crane-tasks.dev/volume-of': run },
    },
    ...more,
  });

  it('leaves the objects of the others, newest first', () => {
    expect(read({ runs, taskRuns }).applied).toEqual(['app-2', 'app-1']);
    const one = read({ runs, taskRuns: [...taskRuns, takeBackOf('app-2')] });
    expect([one.applied, one.hasApplied, one.phase]).toEqual([['app-1'], true, 'taken-back']);
    const both = read({ runs, taskRuns: [...taskRuns, takeBackOf('app-2'), takeBackOf('app-1')] });
    expect([both.applied, both.hasApplied]).toEqual([[], false]);
  });

  it.each([
    ['1', '1', []],
    ['1', '2', ['app-1']],
    ['1', undefined, ['app-1']],
    [undefined, '1', ['app-1']],
  ] as const)('counts with changed objects that the user keeps: %s of %s', (kept, count, applied) => {
    const conditions = [{ type: 'Succeeded', status: 'False', reason: 'Failed' }];
    const results = [
      { name: 'status', value: 'incomplete' },
      ...(count === undefined ? [] : [{ name: 'failed-count', value: count }]),
    ];
    const task = takeBackOf('app-1', { status: { conditions, results } });
    const annotations = kept === undefined ? {} : { 'crane-tasks.dev/kept-changes': kept };
    const metadata = { ...task.metadata, annotations };
    const found = read({ runs: [old], taskRuns: [...taskRuns.slice(0, 1), { ...task, metadata }] });
    expect(found.applied).toEqual(applied);
  });
});

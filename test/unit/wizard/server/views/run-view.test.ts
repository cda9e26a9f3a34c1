import { describe, expect, it } from 'vitest';

import { keptChangesAnnotation } from '../../../../../src/domain/planning/migration-names.ts';
import { summarizeRun, viewRun, viewTaskRun } from '../../../../../src/wizard/server/views/run-view.ts';

const aRun = (status: object) => ({
  apiVersion: 'tekton.dev/v1',
  kind: 'PipelineRun',
  metadata: { name: 'r' },
  status,
});

const pipelineSpec = {
  tasks: [
    { name: 'export' },
    { name: 'copy', runAfter: ['export', 1] },
    {
      name: 'apply',
      params: [{ value: '$(tasks.copy.results.a) $(tasks.export.results.b)' }],
      when: [{ input: '$(tasks.copy.status)' }],
    },
    {},
  ],
  finally: [{ name: 'summary', params: [{ value: '$(tasks.apply.status)' }] }],
};

describe('the tasks of a run', () => {
  it('have their place in the Pipeline, whether they were started or not', () => {
    const labels = { 'tekton.dev/pipelineTask': 'copy' };
    const copy = { apiVersion: 'tekton.dev/v1', kind: 'TaskRun', metadata: { name: 'r-copy', labels } };
    const { tasks } = viewRun(aRun({ pipelineSpec, skippedTasks: [{ name: 'apply', reason: 'why' }] }), [copy]);
    expect(tasks.map(({ name, phase, after, isFinally }) => [name, phase, after.join(' '), isFinally])).toEqual([
      ['export', 'pending', '', false],
      ['copy', 'pending', 'export', false],
      ['apply', 'skipped', 'copy export', false],
      ['summary', 'pending', '', true],
    ]);
  });

  it('may be none, or unknown to the Pipeline', () => {
    expect(viewRun(aRun({}), []).tasks).toEqual([]);
    const other = { apiVersion: 'tekton.dev/v1', kind: 'TaskRun', metadata: { name: 'other' } };
    expect(viewRun(aRun({ pipelineSpec: 'odd' }), [other]).tasks).toMatchObject([
      { name: 'other', pod: '', after: [] },
    ]);
  });
});

describe('the action of a run', () => {
  const actionOf = (labels: object, pipeline: string): string =>
    summarizeRun({ ...aRun({}), metadata: { name: 'r', labels }, spec: { pipelineRef: { name: pipeline } } }).action;

  it('is that of its label, else that of its Pipeline', () => {
    expect(actionOf({ 'crane-tasks.dev/action': 'stage' }, 'crane-stage')).toBe('stage');
    expect(actionOf({}, 'crane-app-migration')).toBe('app');
    expect(actionOf({}, 'another')).toBe('');
  });
});

describe('a TaskRun of its own', () => {
  const phasesOf = (kept: string | undefined, exitCode: number) => {
    const annotations = kept === undefined ? {} : { [keptChangesAnnotation]: kept };
    const { phase, tasks } = viewTaskRun({
      apiVersion: 'tekton.dev/v1',
      kind: 'TaskRun',
      metadata: { name: 'take-back', annotations },
      status: {
        conditions: [{ type: 'Succeeded', status: 'False', reason: 'Failed' }],
        steps: [{ name: 's', container: 'step-s', terminated: { exitCode } }],
        results: [{ name: 'failed-count', value: '2' }],
      },
    });
    return [phase, ...tasks.map((task) => task.phase)];
  };

  it('is incomplete after exit code 4, and has what the user wanted when only kept changes are left', () => {
    expect(phasesOf(undefined, 4)).toEqual(['incomplete', 'incomplete']);
    expect(phasesOf('1', 4)).toEqual(['incomplete', 'incomplete']);
    expect(phasesOf('2', 4)).toEqual(['changes-kept', 'changes-kept']);
    expect(phasesOf('2', 3)).toEqual(['failed', 'failed']);
  });
});

import { describe, expect, it } from 'vitest';

import { linesAfter, stateOfRun, stateOfTaskRun } from '../../../../src/domain/runs/pipeline-run.ts';

const withCondition = (condition: object): object => ({
  status: { conditions: [{ type: 'Other' }, { type: 'Succeeded', ...condition }] },
});

describe('the state of a run', () => {
  it.each([
    [{}, { reason: 'Pending', message: '', hasEnded: false, hasSucceeded: false }],
    [
      withCondition({ status: 'Unknown', reason: 'Running', message: 'Tasks: 1' }),
      { reason: 'Running', message: 'Tasks: 1', hasEnded: false, hasSucceeded: false },
    ],
    [withCondition({ status: 'True', reason: 'Succeeded' }), { hasEnded: true, hasSucceeded: true }],
    [withCondition({ status: 'False', reason: 'Failed' }), { hasEnded: true, hasSucceeded: false }],
  ])('of %j is %j', (run, state) => {
    expect(stateOfRun(run)).toMatchObject(state);
  });
});

describe('the state of a TaskRun', () => {
  it('has the name in the pipeline, the pod, and the containers that were started', () => {
    const steps = [
      { container: 'step-a', terminated: {} },
      { container: 'step-b', running: {} },
      { container: 'step-c', waiting: {} },
      { terminated: {} },
      'odd',
    ];
    const run = {
      metadata: { name: 'move-1-export', labels: { 'tekton.dev/pipelineTask': 'export' } },
      status: { podName: 'move-1-export-pod', steps },
    };
    expect(stateOfTaskRun(run)).toMatchObject({
      task: 'export',
      pod: 'move-1-export-pod',
      containers: [
        { name: 'step-a', hasEnded: true },
        { name: 'step-b', hasEnded: false },
      ],
    });
  });

  it.each([
    [{ metadata: { name: 'alone' } }, 'alone'],
    [{}, ''],
  ])('falls back to its own name: %j', (run, task) => {
    expect(stateOfTaskRun(run)).toMatchObject({ task, pod: undefined, containers: [] });
  });
});

describe('new lines of a log', () => {
  it('are those after a time, without the line of the entrypoint', () => {
    const log = [
      '2026-01-31T10:00:00.1Z 2026/01/31 10:00:00 Entrypoint initialization',
      '2026-01-31T10:00:00.2Z one',
      '2026-01-31T10:00:00.3Z two words',
      '2026-01-31T10:00:00.4Z ',
      '',
    ].join('\n');
    expect(linesAfter(log, '2026-01-31T10:00:00.2Z')).toEqual([
      { time: '2026-01-31T10:00:00.3Z', text: 'two words' },
      { time: '2026-01-31T10:00:00.4Z', text: '' },
    ]);
    expect(linesAfter(log, '').map(({ text }) => text)).toEqual(['one', 'two words', '']);
  });
});

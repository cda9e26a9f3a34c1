import { describe, expect, it } from 'vitest';

import { actionReasons, allowedActions, type ActionName } from '../../../../src/domain/planning/allowed-actions.ts';
import { acceptedAnnotation, stateOf, type MigrationObjects } from '../../../../src/domain/planning/state.ts';
import { aMove, aTask, aTaskOf } from '../../../builders/migration.ts';

const running = { condition: ['Unknown', 'Running'] } as const;
const succeeded = { condition: ['True', 'Succeeded'] } as const;
const failed = { condition: ['False', 'Failed'] } as const;
const accepted = { metadata: { annotations: { [acceptedAnnotation]: 'now' } } };
const planned = { data: { 'plan.json': '{"runs":[{"action":"stage"},{"action":"cutover"}]}' } };
const quiesced = aTaskOf('cutover', 'quiesce');
const restored = aTaskOf('cutover', 'restore-scale');
const applied = aTaskOf('cutover', 'apply-to-cluster');
const takenBack = aTask('crane-rollback', {}, 'false');

const scenes = {
  new: { configMap: planned },
  'with an unknown plan': {},
  staging: { configMap: planned, runs: [aMove('stage', running)] },
  'being cancelled': { runs: [aMove('stage', { ...running, request: 'CancelledRunFinally' })] },
  staged: { configMap: planned, runs: [aMove('stage', succeeded)] },
  'failed before it applied': { runs: [aMove('cutover', failed)], taskRuns: [quiesced] },
  'failed after it applied': { runs: [aMove('cutover', failed)], taskRuns: [quiesced, applied, restored] },
  'failed in a stage over an application': {
    runs: [aMove('cutover', failed), aMove('stage', { at: 9, ...failed })],
    taskRuns: [applied],
  },
  'taken back': { runs: [aMove('cutover', failed)], taskRuns: [quiesced, applied, takenBack] },
  'being taken back': {
    runs: [aMove('cutover', failed)],
    taskRuns: [applied, aTask('crane-rollback', running, 'false')],
  },
  'restarting the source': { runs: [aMove('cutover', failed)], taskRuns: [aTask('crane-restore-scale', running)] },
  succeeded: { runs: [aMove('cutover', succeeded)], taskRuns: [quiesced, applied] },
  'succeeded and taken back': { runs: [aMove('cutover', succeeded)], taskRuns: [quiesced, applied, takenBack] },
  'accepted after a failure': { configMap: accepted, runs: [aMove('cutover', failed)], taskRuns: [quiesced, applied] },
  'moved without claims': { runs: [aMove('app', succeeded)] },
  'failed without claims': { runs: [aMove('app', failed)], taskRuns: [aTaskOf('app', 'apply-to-cluster')] },
} satisfies Readonly<Record<string, Partial<MigrationObjects>>>;

function reasonOf(scene: keyof typeof scenes, action: ActionName): string {
  const state = stateOf({ configMap: {}, runs: [], taskRuns: [], reports: [], ...scenes[scene] });
  return allowedActions(state).find((each) => each.action === action)?.reason ?? 'allowed';
}

describe('the actions of a migration', () => {
  it.each([
    ['new', { stage: 'allowed', cutover: 'allowed', app: 'not-planned', images: 'not-planned', retry: 'never-run' }],
    [
      'new',
      {
        cancel: 'not-running',
        'take-back': 'nothing-applied',
        verify: 'nothing-applied',
        change: 'allowed',
        delete: 'allowed',
      },
    ],
    ['new', { validate: 'allowed', renew: 'allowed', accept: 'nothing-applied', 'restart-source': 'source-runs' }],
    ['with an unknown plan', { stage: 'allowed', cutover: 'allowed', app: 'allowed', images: 'allowed' }],
    [
      'staging',
      { stage: 'is-running', cancel: 'allowed', delete: 'is-running', renew: 'allowed', validate: 'allowed' },
    ],
    ['being cancelled', { cancel: 'is-stopping', retry: 'is-running' }],
    ['staged', { stage: 'allowed', cutover: 'allowed', retry: 'nothing-failed' }],
    ['failed before it applied', { retry: 'allowed', stage: 'allowed', 'restart-source': 'allowed' }],
    ['failed after it applied', { retry: 'take-back-first', cutover: 'take-back-first', stage: 'take-back-first' }],
    ['failed after it applied', { 'take-back': 'allowed', accept: 'allowed', verify: 'allowed' }],
    ['failed after it applied', { 'restart-source': 'source-runs' }],
    ['failed in a stage over an application', { retry: 'take-back-first' }],
    ['taken back', { retry: 'allowed', cutover: 'allowed', stage: 'allowed', 'restart-source': 'allowed' }],
    ['being taken back', { cancel: 'not-running', 'take-back': 'is-running', cutover: 'is-running' }],
    ['restarting the source', { cancel: 'not-running', 'restart-source': 'is-running' }],
    ['succeeded', { cutover: 'has-succeeded', stage: 'has-succeeded', accept: 'allowed', 'take-back': 'allowed' }],
    ['succeeded', { 'restart-source': 'destination-runs', images: 'allowed' }],
    ['succeeded and taken back', { cutover: 'allowed', 'restart-source': 'allowed', accept: 'nothing-applied' }],
    ['accepted after a failure', { retry: 'is-accepted', cutover: 'is-accepted', 'take-back': 'is-accepted' }],
    ['accepted after a failure', { 'restart-source': 'destination-runs', accept: 'is-accepted', delete: 'allowed' }],
    ['moved without claims', { app: 'has-succeeded', 'take-back': 'allowed' }],
    ['failed without claims', { app: 'allowed', retry: 'allowed', 'take-back': 'allowed' }],
  ] as const)('when it is %s are %j', (scene, expected) => {
    const actions = Object.keys(expected) as ActionName[];
    expect(Object.fromEntries(actions.map((action) => [action, reasonOf(scene, action)]))).toEqual(expected);
  });

  it('have a sentence for each reason', () => {
    expect(Object.values(actionReasons).every((text) => /^[A-Z].*\.$/.test(text))).toBe(true);
  });
});

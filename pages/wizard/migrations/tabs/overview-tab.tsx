import { Content, ProgressStep, ProgressStepper } from '@patternfly/react-core';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';

import type { OwnMigration } from '../../../../src/wizard/api/migrations.ts';
import { lastStage } from '../actions/cutover-dialog.tsx';
import { forecastOf } from '../actions/forecast.ts';
import { ClusterStates } from '../cluster-states.tsx';
import { FailureCard } from '../../runs/failure-card.tsx';

type StepState = 'success' | 'danger' | 'info' | 'pending';

interface Step {
  readonly id: string;
  readonly text: string;
  readonly state: StepState;
}

/** How far the migration is, what both clusters have now, and what to do after a failure. */
export function OverviewTab({ migration }: { readonly migration: OwnMigration }) {
  const { t, i18n } = useTranslation();
  const { state } = migration;
  const stage = lastStage(migration);
  return (
    <>
      <ProgressStepper aria-label={t('overview.timeline')}>
        {stepsOf(migration, t).map(({ id, text, state: each }) => (
          <ProgressStep key={id} id={`step-${id}`} titleId={`step-${id}-title`} variant={each} aria-label={`${text}: ${t(`stepState.${each}`)}`}>
            {text}
          </ProgressStep>
        ))}
      </ProgressStepper>
      {stage !== undefined && state.phase === 'staged' && (
        <Content component="p">{forecastOf(stage, t, i18n.language)}</Content>
      )}
      {state.failure === undefined && <ClusterStates migration={migration} />}
      {state.run !== undefined && <FailureCard migration={migration.name} run={state.run.name} />}
    </>
  );
}

function stepsOf({ runs, state, claims }: OwnMigration, t: TFunction): readonly Step[] {
  const count = runs.filter(({ action, phase }) => action === 'stage' && phase === 'succeeded').length;
  const move = runs.find(({ action }) => ['cutover', 'app', 'images'].includes(action));
  const verified = runs.find(({ action }) => action === 'verify');
  const isMoved = move?.phase === 'succeeded' && state.phase !== 'taken-back';
  const stages: readonly Step[] = claims === 0 ? [] : [{ id: 'stages', text: t('overview.stages', { count }), state: count > 0 ? 'success' : 'pending' }];
  return [
    ...stages,
    { id: 'move', text: t(claims === 0 ? 'overview.move' : 'overview.cutover'), state: isMoved ? 'success' : ofRun(move?.phase, state.phase) },
    { id: 'verify', text: t('overview.verify'), state: isMoved ? 'success' : ofRun(verified?.phase, state.phase) },
    { id: 'accepted', text: t('overview.accepted'), state: state.isAccepted ? 'success' : 'pending' },
  ];
}

function ofRun(phase: string | undefined, whole: string): StepState {
  if (whole === 'taken-back' || phase === undefined) return 'pending';
  if (phase === 'running') return 'info';
  return phase === 'failed' || phase === 'incomplete' || phase === 'cancelled' ? 'danger' : 'pending';
}

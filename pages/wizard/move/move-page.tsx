import { Button, Label, Title, useWizardContext, Wizard, WizardStep } from '@patternfly/react-core';
import { useEffect, useReducer, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useLocation } from 'react-router';

import type { ConfigAnswer } from '../../../src/wizard/api/session.ts';
import { ApiError } from '../http/client.ts';
import { carriedDraft } from './carried-draft.ts';
import { changeDraft, emptyDraft } from './draft.ts';
import { missingTokens, type GivenTokens } from './given-tokens.ts';
import { keepDraft, keptDraft } from './keep-draft.ts';
import { wrongSteps, type StepId } from './wrong-steps.ts';
import { ProblemsAt } from './problems-at.tsx';
import { LeaveGuard } from './leave-guard.tsx';
import { ChangesStep } from './steps/changes-step.tsx';
import { CheckStep } from './steps/check-step.tsx';
import { ClaimsStep } from './steps/claims-step.tsx';
import { ClusterStep } from './steps/cluster-step.tsx';
import { CredentialsStep } from './steps/credentials-step.tsx';
import { ImagesStep } from './steps/images-step.tsx';
import { InventoryStep } from './steps/inventory-step.tsx';
import { ReviewStep } from './steps/review-step.tsx';
import { WhatStep } from './steps/what-step.tsx';
import { useInventory } from './use-inventory.ts';
import { usePlan, type StepProps } from './use-plan.ts';

/** The steps from a namespace to the objects of a migration. Nothing is created before the last one. */
export function MovePage({ config }: { readonly config: ConfigAnswer }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { state } = useLocation() as { state: unknown };
  const [draft, change] = useReducer(changeDraft, undefined, () => carriedDraft(state) ?? keptDraft());
  const [tokens, giveTokens] = useState<GivenTokens>({});
  const plan = usePlan(draft);
  const lost = isLost(useInventory(draft.inventory).error);
  useEffect(() => keepDraft(draft), [draft]);
  useEffect(nameToggle, []);
  useEffect(() => {
    if (lost) change({ type: 'disconnected' });
  }, [lost]);
  const title = draft.migration === '' ? t('move.title') : t('move.change', { name: draft.migration });
  const wrong = wrongSteps(plan.data?.problems ?? []);
  const texts = { nextButtonText: t('move.next'), backButtonText: t('move.back'), cancelButtonText: t('move.cancel') };
  return (
    <>
      <Title headingLevel="h1">{title}</Title>
      <LeaveGuard isChanged={draft !== emptyDraft} onLeave={() => change({ type: 'dropped' })} />
      <Wizard shouldFocusContent navAriaLabel={title} onStepChange={showBeginning} onClose={() => void navigate('/')}>
        {stepsOf({ draft, change, plan, tokens, giveTokens }, config).map(({ id, content, isEnabled, isComplete, isHidden = false }) => (
          <WizardStep
            key={id}
            id={id}
            name={<StepName id={id} isWrong={wrong.has(id)} />}
            isDisabled={!isEnabled}
            isHidden={isHidden}
            body={{ 'aria-label': t(`move.steps.${id}`) }}
            footer={id === 'review' ? <></> : { ...texts, isNextDisabled: !isComplete }}
          >
            {id !== 'review' && <ProblemsAt problems={plan.data?.problems ?? []} step={id} />}
            {content}
            {id !== 'review' && plan.data?.run !== undefined && <SkipToReview />}
          </WizardStep>
        ))}
      </Wizard>
    </>
  );
}

/** PatternFly marks a step with an English word. */
function StepName({ id, isWrong }: { readonly id: StepId; readonly isWrong: boolean }) {
  const { t } = useTranslation();
  return (
    <span>
      {t(`move.steps.${id}`)}
      {isWrong && (
        <>
          <br />
          <Label status="danger" isCompact>
            {t('move.wrong')}
          </Label>
        </>
      )}
    </span>
  );
}

interface Step {
  readonly id: StepId;
  readonly content: ReactNode;
  readonly isEnabled: boolean;
  /** Whether the next step can be opened. */
  readonly isComplete: boolean;
  readonly isHidden?: boolean;
}

function stepsOf(step: StepProps, config: ConfigAnswer): readonly Step[] {
  const { answers, connections } = step.draft;
  const isPlaced = (side: 'source' | 'destination') => connections[side] !== undefined && answers[side].namespace !== '';
  const { action = 'application' } = answers;
  const [hasSource, hasBoth] = [isPlaced('source'), isPlaced('source') && isPlaced('destination')];
  const hasPlan = step.plan.data !== undefined;
  const planned = { isEnabled: hasPlan, isComplete: hasPlan };
  const hasTokens = missingTokens(answers, step.tokens).length === 0;
  const source = <ClusterStep side="source" config={config} {...step} />;
  const destination = <ClusterStep side="destination" config={config} {...step} />;
  return [
    { id: 'what', content: <WhatStep {...step} />, isEnabled: true, isComplete: true },
    { id: 'source', content: source, isEnabled: true, isComplete: hasSource },
    { id: 'destination', content: destination, isEnabled: hasSource, isComplete: hasBoth },
    { id: 'inventory', content: <InventoryStep {...step} />, isEnabled: hasBoth, isComplete: hasPlan },
    { id: 'images', content: <ImagesStep {...step} />, ...planned, isHidden: action === 'volumes' },
    { id: 'claims', content: <ClaimsStep {...step} />, ...planned, isHidden: action === 'images' },
    { id: 'changes', content: <ChangesStep {...step} />, ...planned, isHidden: action !== 'application' },
    { id: 'credentials', content: <CredentialsStep {...step} />, ...planned, isComplete: hasPlan && hasTokens },
    { id: 'check', content: <CheckStep {...step} />, ...planned },
    { id: 'review', content: <ReviewStep config={config} {...step} />, ...planned },
  ];
}

/** A short way for a user who needs no other step: all answers have valid defaults. */
function SkipToReview() {
  const { t } = useTranslation();
  const { goToStepById } = useWizardContext();
  return (
    <Button className="crane-step-end" variant="link" onClick={() => goToStepById('review')}>
      {t('move.skip')}
    </Button>
  );
}

/** PatternFly names the button of a narrow window in English. Without that, its name is its text: the step. */
function nameToggle(): void {
  document.querySelector('.pf-v6-c-wizard__toggle')?.removeAttribute('aria-label');
}

/** A step begins where its first field is, wherever the one before it was scrolled to. */
function showBeginning(): void {
  document.querySelector('.pf-v6-c-wizard__main')?.scrollTo(0, 0);
}

/** Whether the server has forgotten the inventory: after a restart of it, or an hour. */
function isLost(error: unknown): boolean {
  return error instanceof ApiError && error.problem.status === 404;
}

import { Title, Wizard, WizardStep } from '@patternfly/react-core';
import { useReducer } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useLocation } from 'react-router';

import type { ConfigAnswer } from '../../../src/wizard/api/session.ts';
import { carriedDraft } from './carried-draft.ts';
import { changeDraft, emptyDraft } from './draft.ts';
import { ClaimsStep } from './steps/claims-step.tsx';
import { ClusterStep } from './steps/cluster-step.tsx';
import { CredentialsStep } from './steps/credentials-step.tsx';
import { ImagesStep } from './steps/images-step.tsx';
import { InventoryStep } from './steps/inventory-step.tsx';
import { ReviewStep } from './steps/review-step.tsx';
import { WhatStep } from './steps/what-step.tsx';
import { usePlan } from './use-plan.ts';

/** The steps from a namespace to the objects of a migration. Nothing is created before the last one. */
export function MovePage({ config }: { readonly config: ConfigAnswer }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { state } = useLocation() as { state: unknown };
  const [draft, change] = useReducer(changeDraft, undefined, () => carriedDraft(state) ?? emptyDraft);
  const plan = usePlan(draft);
  const { answers, connections } = draft;
  const step = { draft, change, plan };
  const isPlaced = (side: 'source' | 'destination') => connections[side] !== undefined && answers[side].namespace !== '';
  const hasPlan = plan.data !== undefined;
  const texts = { nextButtonText: t('move.next'), backButtonText: t('move.back'), cancelButtonText: t('move.cancel') };
  const footer = (isNextDisabled: boolean) => ({ ...texts, isNextDisabled });
  const hasImages = answers.action !== 'volumes';
  const hasClaims = answers.action !== 'images';
  return (
    <>
      <Title headingLevel="h1">{t('move.title')}</Title>
      <Wizard shouldFocusContent navAriaLabel={t('move.title')} onClose={() => void navigate('/')}>
        <WizardStep id="what" name={t('move.steps.what')} footer={footer(false)}>
          <WhatStep {...step} />
        </WizardStep>
        <WizardStep id="source" name={t('move.steps.source')} footer={footer(!isPlaced('source'))}>
          <ClusterStep side="source" config={config} {...step} />
        </WizardStep>
        <WizardStep id="destination" name={t('move.steps.destination')} footer={footer(!isPlaced('destination'))} isDisabled={!isPlaced('source')}>
          <ClusterStep side="destination" config={config} {...step} />
        </WizardStep>
        <WizardStep id="inventory" name={t('move.steps.inventory')} footer={footer(!hasPlan)} isDisabled={!isPlaced('destination')}>
          <InventoryStep {...step} />
        </WizardStep>
        <WizardStep id="images" name={t('move.steps.images')} footer={footer(!hasPlan)} isDisabled={!hasPlan} isHidden={!hasImages}>
          <ImagesStep {...step} />
        </WizardStep>
        <WizardStep id="claims" name={t('move.steps.claims')} footer={footer(!hasPlan)} isDisabled={!hasPlan} isHidden={!hasClaims}>
          <ClaimsStep {...step} />
        </WizardStep>
        <WizardStep id="credentials" name={t('move.steps.credentials')} footer={footer(!hasPlan)} isDisabled={!hasPlan}>
          <CredentialsStep {...step} />
        </WizardStep>
        <WizardStep id="review" name={t('move.steps.review')} isDisabled={!hasPlan} footer={<></>}>
          <ReviewStep {...step} />
        </WizardStep>
      </Wizard>
    </>
  );
}

import { Content } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import type { ApplicationAnswers } from '../../../src/domain/schemas/documents.ts';
import type { ExportView } from '../../../src/wizard/api/applications.ts';
import { ConfirmDialog } from '../shared/confirm-dialog.tsx';
import { RightsNote, useRights } from '../shared/rights-note.tsx';
import { RunFields, Toggle, withoutEmpty } from './fields.tsx';
import type { Place } from './place.ts';
import { PlanPreview, useApplicationPlan, useStart } from './use-run.tsx';

interface DeleteDialogProps {
  readonly place: Place;
  readonly shown: ExportView;
  readonly onClose: () => void;
}

/** Asks before a run deletes an image from its registry. */
export function DeleteDialog({ place, shown, onClose }: DeleteDialogProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { connection, namespace } = place;
  const [given, setGiven] = useState<ApplicationAnswers>({ action: 'export-delete', namespace, export: shown.id });
  const change = (more: Partial<ApplicationAnswers>): void => setGiven({ ...given, ...more });
  const answers = withoutEmpty(given);
  const plan = useApplicationPlan(connection, answers);
  const rights = useRights('applications');
  const start = useStart(connection, (run) => void navigate(`/runs/${encodeURIComponent(run)}`));
  return (
    <ConfirmDialog
      title={t('exportList.deleteTitle', { name: shown.name })}
      name={shown.name}
      confirm={t('exportList.confirm')}
      isDangerous
      isPending={start.isPending}
      error={start.error}
      onConfirm={() => start.mutate({ answers })}
      onClose={onClose}
    >
      <Content component="p">{t('exportList.deleteHelp', { image: shown.image })}</Content>
      <RightsNote id="may-not-delete" rights={rights} />
      <Toggle
        id="delete-shared"
        label={t('exportList.shared')}
        isChecked={given.deleteSharedTags ?? false}
        onChange={(deleteSharedTags) => change({ deleteSharedTags })}
      />
      <RunFields answers={given} change={change} />
      <PlanPreview plan={plan} />
    </ConfirmDialog>
  );
}

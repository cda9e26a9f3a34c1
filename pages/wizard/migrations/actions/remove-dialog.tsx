import { Content } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import { ConfirmDialog } from '../../shared/confirm-dialog.tsx';

interface RemoveDialogProps {
  readonly name: string;
  readonly isPending: boolean;
  readonly error: unknown;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Deletes a migration after its name is typed. */
export function RemoveDialog(props: RemoveDialogProps) {
  const { t } = useTranslation();
  return (
    <ConfirmDialog {...props} title={t('remove.title', { name: props.name })} confirm={t('action.delete')} isDangerous>
      <Content component="p">{t('remove.text')}</Content>
    </ConfirmDialog>
  );
}

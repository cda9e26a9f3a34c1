import { Button, Form, FormGroup, ModalBody, ModalFooter, ModalHeader, Stack, TextInput } from '@patternfly/react-core';
import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { Dialog } from './dialog.tsx';
import { ProblemCard } from './problem-card.tsx';

interface ConfirmDialogProps {
  readonly title: string;
  /** What the user types. */
  readonly name: string;
  readonly confirm: string;
  readonly isDangerous?: boolean;
  readonly isPending: boolean;
  readonly error: unknown;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A dialog that waits for the name to be typed. The focus returns to what had it before. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, name, confirm, isDangerous = false, isPending, error, onConfirm, onClose, children } = props;
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [id, titleId, bodyId] = [useId(), useId(), useId()];
  return (
    <Dialog variant="medium" onClose={onClose} aria-labelledby={titleId} aria-describedby={bodyId}>
      <ModalHeader title={title} labelId={titleId} />
      <ModalBody id={bodyId}>
        <Stack hasGutter>
          {children}
          {error !== null && <ProblemCard error={error} />}
          <Form
            onSubmit={(event) => {
              event.preventDefault();
              if (typed === name && !isPending) onConfirm();
            }}
          >
            <FormGroup label={t('confirmName', { name })} fieldId={id}>
              <TextInput id={id} value={typed} autoComplete="off" onChange={(_event, value) => setTyped(value)} />
            </FormGroup>
          </Form>
        </Stack>
      </ModalBody>
      <ModalFooter>
        <Button variant={isDangerous ? 'danger' : 'primary'} isDisabled={typed !== name || isPending} isLoading={isPending} onClick={onConfirm}>
          {confirm}
        </Button>
        <Button variant="link" onClick={onClose}>
          {t('cancelled')}
        </Button>
      </ModalFooter>
    </Dialog>
  );
}

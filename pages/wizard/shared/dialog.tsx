import { Button, Modal, type ModalProps } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

interface DialogProps extends Omit<ModalProps, 'isOpen' | 'onClose' | 'onEscapePress' | 'ref'> {
  readonly onClose: () => void;
}

/** An open dialog. The button that closes it has a name in the language of the page: that of PatternFly is English. */
export function Dialog({ onClose, children, ...props }: DialogProps) {
  const { t } = useTranslation();
  return (
    <Modal {...props} isOpen onEscapePress={onClose}>
      <div className="pf-v6-c-modal-box__close">
        <Button variant="plain" aria-label={t('close')} icon={<Cross />} onClick={onClose} />
      </div>
      {children}
    </Modal>
  );
}

function Cross() {
  return (
    <svg viewBox="0 0 16 16" width="1em" height="1em" stroke="currentColor" strokeWidth="2" aria-hidden="true">
      <path d="M2 2 14 14M14 2 2 14" />
    </svg>
  );
}

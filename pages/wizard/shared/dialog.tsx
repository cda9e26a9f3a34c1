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
        <Button variant="plain" aria-label={t('close')} icon={<span aria-hidden="true">×</span>} onClick={onClose} />
      </div>
      {children}
    </Modal>
  );
}

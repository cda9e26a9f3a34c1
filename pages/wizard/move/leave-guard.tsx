import { Button, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useContext } from 'react';
import { useTranslation } from 'react-i18next';
import { UNSAFE_DataRouterContext, useBlocker } from 'react-router';

import { Dialog } from '../shared/dialog.tsx';

interface LeaveGuardProps {
  readonly isChanged: boolean;
  readonly onLeave: () => void;
}

/** State of a navigation that is not asked about, since the migration was created. */
export const created = { isCreated: true };

/** Asks before another page is opened while there are answers. A change of the query opens no other page. */
export function LeaveGuard(props: LeaveGuardProps) {
  // The router of a console in which the page is shown may be one that cannot ask.
  return useContext(UNSAFE_DataRouterContext) === null ? null : <Guard {...props} />;
}

function Guard({ isChanged, onLeave }: LeaveGuardProps) {
  const { t } = useTranslation();
  const blocker = useBlocker(({ currentLocation, nextLocation }) => {
    const state = nextLocation.state as typeof created | null;
    return isChanged && currentLocation.pathname !== nextLocation.pathname && state?.isCreated !== true;
  });
  if (blocker.state !== 'blocked') return null;
  const leave = (): void => {
    onLeave();
    blocker.proceed();
  };
  return (
    <Dialog variant="small" onClose={() => blocker.reset()} aria-labelledby="leave-title" aria-describedby="leave-body">
      <ModalHeader title={t('leave.title')} labelId="leave-title" />
      <ModalBody id="leave-body">{t('leave.body')}</ModalBody>
      <ModalFooter>
        <Button variant="danger" onClick={leave}>
          {t('leave.leave')}
        </Button>
        <Button variant="link" onClick={() => blocker.reset()}>
          {t('leave.remain')}
        </Button>
      </ModalFooter>
    </Dialog>
  );
}

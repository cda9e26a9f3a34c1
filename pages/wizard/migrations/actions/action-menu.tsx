import { Dropdown, DropdownItem, DropdownList, MenuToggle } from '@patternfly/react-core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { ActionName } from '../../../../src/domain/planning/allowed-actions.ts';
import type { ActionState } from '../../../../src/wizard/api/migrations.ts';

interface ActionMenuProps {
  readonly name: string;
  readonly actions: readonly ActionState[];
  readonly perform: (action: ActionName) => void;
}

/** All actions that the plan of a migration has; those that are not allowed say why. The focus returns to the button of the menu. */
export function ActionMenu({ name, actions, perform }: ActionMenuProps) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const toggle = useRef<HTMLButtonElement>(null);
  const close = (): void => {
    setOpen(false);
    toggle.current?.focus();
  };
  const offered = actions.filter(({ reason }) => reason !== 'not-planned');
  return (
    <>
      <MenuToggle
        ref={toggle}
        variant="plain"
        isExpanded={isOpen}
        aria-label={t('menu', { name })}
        onClick={() => setOpen(!isOpen)}
      >
        ⋮
      </MenuToggle>
      {/* A list has fifty of these: what opens, with its listeners, is there once it is open. */}
      {isOpen && (
        <Dropdown
          isOpen
          onOpenChange={setOpen}
          popperProps={{ position: 'right', appendTo: 'inline' }}
          toggle={{ toggleNode: null, toggleRef: toggle }}
        >
          <DropdownList>
            {offered.map(({ action, isAllowed, reason }) => (
              <DropdownItem
                key={action}
                isAriaDisabled={!isAllowed}
                {...(reason === undefined ? {} : { description: t(`reasons.${reason}`) })}
                onClick={() => {
                  close();
                  perform(action);
                }}
              >
                {t(`action.${action}`)}
              </DropdownItem>
            ))}
          </DropdownList>
        </Dropdown>
      )}
    </>
  );
}

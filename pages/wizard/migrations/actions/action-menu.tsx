import { Dropdown, DropdownItem, DropdownList, MenuToggle } from '@patternfly/react-core';
import { useEffect, useRef, useState } from 'react';
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
  const [isMade, setMade] = useState(false);
  const [isOpen, setOpen] = useState(false);
  // PatternFly finds the place of a menu only when it opens after it was made.
  useEffect(() => setOpen(isMade), [isMade]);
  const toggle = useRef<HTMLButtonElement>(null);
  const close = (): void => {
    setOpen(false);
    toggle.current?.focus();
  };
  const choose = (action: ActionName): void => {
    close();
    perform(action);
  };
  const offered = actions.filter(({ reason }) => reason !== 'not-planned');
  return (
    <>
      <MenuToggle
        ref={toggle}
        variant="plain"
        isExpanded={isOpen}
        aria-label={t('menu', { name })}
        onClick={() => (isMade ? setOpen(!isOpen) : setMade(true))}
      >
        ⋮
      </MenuToggle>
      {/* A list has fifty of these: what opens, with its listeners, is made at the first click. */}
      {isMade && (
        <Dropdown
          isOpen={isOpen}
          isScrollable
          maxMenuHeight="40vh"
          onOpenChange={setOpen}
          // Within the cell of a table it would be as narrow as the cell, and cut.
          popperProps={{ position: 'right', appendTo: () => toggle.current?.closest('main') ?? document.body }}
          toggle={{ toggleNode: null, toggleRef: toggle }}
        >
          <DropdownList>
            <Items actions={offered} choose={choose} />
          </DropdownList>
        </Dropdown>
      )}
    </>
  );
}

interface ItemsProps {
  readonly actions: readonly ActionState[];
  readonly choose: (action: ActionName) => void;
}

function Items({ actions, choose }: ItemsProps) {
  const { t } = useTranslation();
  return actions.map(({ action, isAllowed, reason }) => (
    <DropdownItem
      key={action}
      isAriaDisabled={!isAllowed}
      {...(reason === undefined ? {} : { description: t(`reasons.${reason}`) })}
      onClick={() => choose(action)}
    >
      {t(`action.${action}`)}
    </DropdownItem>
  ));
}

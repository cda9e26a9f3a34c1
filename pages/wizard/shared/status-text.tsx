import { Label } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

interface StatusTextProps {
  readonly check: 'yes' | 'no' | 'unknown';
  readonly text: string;
}

const statuses = { yes: 'success', no: 'warning', unknown: 'info' } as const;

/** A sentence with a label that says whether it is good. */
export function StatusText({ check, text }: StatusTextProps) {
  const { t } = useTranslation();
  return (
    <>
      <Label status={statuses[check]} isCompact>
        {t(`checklist.${check}`)}
      </Label>{' '}
      {text}
    </>
  );
}

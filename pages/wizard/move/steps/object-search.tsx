import { FormGroup, SearchInput } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import type { InventoryObject } from '../../../../src/domain/planning/judge-objects.ts';

interface ObjectSearchProps {
  readonly id: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** The field that narrows a list of objects. */
export function ObjectSearch({ id, value, onChange }: ObjectSearchProps) {
  const { t } = useTranslation();
  return (
    <FormGroup label={t('changes.search')} fieldId={id}>
      <SearchInput
        searchInputId={id}
        resetButtonLabel={t('changes.reset')}
        aria-label={t('changes.search')}
        value={value}
        onChange={(_, text) => onChange(text)}
        onClear={() => onChange('')}
      />
    </FormGroup>
  );
}

/** What tells objects apart, and what is searched. */
export function objectKey({ apiVersion, kind, name }: Pick<InventoryObject, 'apiVersion' | 'kind' | 'name'>): string {
  return `${kind} ${name} ${apiVersion}`;
}

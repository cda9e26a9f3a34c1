import { Form, FormGroup, Radio, TextInput } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import { defaultName, type StepProps } from '../use-plan.ts';
import { FieldHelp } from '../../shared/field-help.tsx';

const actions = ['application', 'images', 'volumes'] as const;

/** What is moved, and the name of the migration. */
export function WhatStep({ draft: { answers, migration }, change }: StepProps) {
  const { t } = useTranslation();
  const { action: chosen = 'application' } = answers;
  return (
    <Form onSubmit={(event) => event.preventDefault()}>
      <FormGroup role="radiogroup" label={t('what.action')} fieldId="action">
        {actions.map((action) => (
          <Radio
            key={action}
            id={`action-${action}`}
            name="action"
            label={t(`what.${action}`)}
            isChecked={chosen === action}
            onChange={() => change({ type: 'answers', answers: { action } })}
          />
        ))}
      </FormGroup>
      <FormGroup label={t('what.name')} fieldId="name">
        <TextInput
          id="name"
          value={answers.name}
          {...(migration === '' ? {} : { readOnlyVariant: 'default' as const })}
          placeholder={defaultName(answers.source.namespace)}
          aria-describedby="name-help"
          onChange={(_, name) => change({ type: 'answers', answers: { name } })}
        />
        <FieldHelp id="name-help" text={t('what.nameHelp')} />
      </FormGroup>
    </Form>
  );
}

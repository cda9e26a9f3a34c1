import { Checkbox, ExpandableSection, FormGroup, Stack, TextInput } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { ApplicationAnswers } from '../../../src/domain/schemas/documents.ts';
import type { ClaimsAnswer } from '../../../src/wizard/api/applications.ts';
import { get } from '../http/client.ts';
import { FieldHelp } from '../shared/field-help.tsx';

interface TextFieldProps {
  readonly id: string;
  readonly label: string;
  readonly value: string | undefined;
  readonly onChange: (value: string) => void;
  readonly help?: string;
  /** Values to choose from; others can be typed. */
  readonly choices?: readonly string[];
}

/** A text with its label, and what to write there. */
export function TextField({ id, label, value = '', onChange, help = '', choices }: TextFieldProps) {
  return (
    <FormGroup label={label} fieldId={id}>
      <TextInput
        id={id}
        value={value}
        autoComplete="off"
        {...(help === '' ? {} : { 'aria-describedby': `${id}-help` })}
        {...(choices === undefined ? {} : { list: `${id}-choices` })}
        onChange={(_event, text) => onChange(text)}
      />
      {choices !== undefined && (
        <datalist id={`${id}-choices`}>
          {choices.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      )}
      {help !== '' && (
        <FieldHelp id={`${id}-help`} text={help} />
      )}
    </FormGroup>
  );
}

/** Answers of a form without those that are empty. */
export function withoutEmpty(answers: ApplicationAnswers): ApplicationAnswers {
  const given = Object.entries(answers).filter(([, value]) => value !== '' && !(Array.isArray(value) && value.length === 0));
  return { action: answers.action, namespace: answers.namespace, ...Object.fromEntries(given) };
}

export interface AnswersProps {
  readonly answers: ApplicationAnswers;
  readonly change: (answers: Partial<ApplicationAnswers>) => void;
}

/** Names of the claims in the namespace of the runs. Without the right to list them, the name is typed. */
export function ClaimField({ label, answers, change }: AnswersProps & { readonly label: string }) {
  const { data } = useQuery({
    queryKey: ['applications', 'claims'],
    queryFn: () => get<ClaimsAnswer>('/applications/claims'),
  });
  return (
    <TextField
      id="application-claim"
      label={label}
      value={answers.claim}
      choices={data?.claims.map(({ name }) => name) ?? []}
      onChange={(claim) => change({ claim })}
    />
  );
}

/** How the run logs in, and what its pods are like. */
export function RunFields({ answers, change }: AnswersProps) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const { run = {}, login, registrySecret } = answers;
  const set = (name: keyof typeof run, value: string): void => {
    const others = Object.entries(run).filter(([each]) => each !== name);
    change({ run: Object.fromEntries(value === '' ? others : [...others, [name, value]]) });
  };
  return (
    <ExpandableSection toggleText={t('applications.more')} isExpanded={isOpen} onToggle={(_event, isExpanded) => setOpen(isExpanded)}>
      <Stack hasGutter>
      <TextField
        id="registry-secret"
        label={t('applications.registrySecret')}
        help={t('applications.registrySecretHelp')}
        value={registrySecret}
        onChange={(secret) => change({ registrySecret: secret })}
      />
      <TextField id="ca-config-map" label={t('applications.caConfigMap')} value={run.caConfigMap} onChange={(value) => set('caConfigMap', value)} />
      <TextField id="service-account" label={t('applications.serviceAccount')} value={run.serviceAccount} onChange={(value) => set('serviceAccount', value)} />
      <TextField id="volume-size" label={t('applications.volumeSize')} value={run.volumeSize} onChange={(value) => set('volumeSize', value)} />
      <TextField
        id="login-secret"
        label={t('applications.login')}
        help={t('applications.loginSecret')}
        value={login?.secret}
        onChange={(secret) => change({ login: secret === '' ? { kind: 'account' } : { kind: 'secret', secret } })}
      />
      </Stack>
    </ExpandableSection>
  );
}

interface ToggleProps {
  readonly id: string;
  readonly label: string;
  readonly isChecked: boolean;
  readonly onChange: (isChecked: boolean) => void;
}

export function Toggle({ id, label, isChecked, onChange }: ToggleProps) {
  return <Checkbox id={id} label={label} isChecked={isChecked} onChange={(_event, isOn) => onChange(isOn)} />;
}

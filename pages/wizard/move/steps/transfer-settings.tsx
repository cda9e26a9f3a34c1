import { FormGroup, FormSelect, FormSelectOption, TextInput } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import type { MoveAnswers } from '../../../../src/domain/schemas/documents.ts';

export type ClaimAnswers = NonNullable<MoveAnswers['claims']>;

const endpoints = ['route', 'nginx-ingress', 'load-balancer', 'node-port'] as const;

interface TransferSettingsProps {
  readonly claims: ClaimAnswers;
  readonly set: (claims: ClaimAnswers) => void;
}

/** How all volumes are copied. */
export function TransferSettings({ claims, set }: TransferSettingsProps) {
  const { t } = useTranslation();
  const { endpointType: chosen, ...withoutType } = claims;
  const text = (name: 'subdomain' | 'endpointAddress' | 'transferImage') => {
    const { [name]: value, ...others } = claims;
    return (
      <FormGroup key={name} label={t(`claims.${name}`)} fieldId={`claims-${name}`}>
        <TextInput
          id={`claims-${name}`}
          value={value ?? ''}
          onChange={(_, given) => set(given === '' ? others : { ...others, [name]: given })}
        />
      </FormGroup>
    );
  };
  const { runAsUser, ...withoutUser } = claims;
  return (
    <>
      <FormGroup label={t('claims.endpointType')} fieldId="endpoint-type">
        <FormSelect
          id="endpoint-type"
          value={chosen ?? ''}
          onChange={(_, value) => {
            const type = endpoints.find((each) => each === value);
            set(type === undefined ? withoutType : { ...withoutType, endpointType: type });
          }}
        >
          <FormSelectOption value="" label={t('claims.firstThatFits')} />
          {endpoints.map((each) => (
            <FormSelectOption key={each} value={each} label={each} />
          ))}
        </FormSelect>
      </FormGroup>
      {text(chosen === 'node-port' ? 'endpointAddress' : 'subdomain')}
      <FormGroup label={t('claims.runAsUser')} fieldId="run-as-user">
        <TextInput
          id="run-as-user"
          inputMode="numeric"
          value={runAsUser === undefined ? '' : String(runAsUser)}
          onChange={(_, value) => {
            if (value === '') set(withoutUser);
            else if (/^\d{1,10}$/.test(value)) set({ ...withoutUser, runAsUser: Number(value) });
          }}
        />
      </FormGroup>
      {text('transferImage')}
    </>
  );
}

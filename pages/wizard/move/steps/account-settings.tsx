import { CodeBlock, CodeBlockCode, ExpandableSection, FormGroup, TextInput } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import { namespaceRules, sharedRules, type Rule } from '../../../../src/domain/planning/account-objects.ts';
import { defaultTokenHours } from '../../../../src/domain/planning/answers.ts';
import type { CredentialAnswer, MoveAnswers } from '../../../../src/domain/schemas/documents.ts';
import { Alert } from '../../shared/alert.tsx';
import { FieldHelp } from '../../shared/field-help.tsx';

interface AccountSettingsProps {
  readonly side: 'source' | 'destination';
  readonly hasClaims: boolean;
  readonly chosen: CredentialAnswer;
  readonly timeoutMinutes: number;
  readonly set: (answer: CredentialAnswer) => void;
}

const minutesPerHour = 60;
const mostHours = 720;

/** How long the account of a run may act, and what it may do. */
export function AccountSettings({ side, hasClaims, chosen, timeoutMinutes, set }: AccountSettingsProps) {
  const { t } = useTranslation();
  const { hours = defaultTokenHours } = chosen;
  return (
    <>
      <FormGroup label={t('credentials.hours')} fieldId={`${side}-hours`}>
        <TextInput
          id={`${side}-hours`}
          type="number"
          min={1}
          max={mostHours}
          value={hours}
          onChange={(_, value) => {
            const given = Number(value);
            if (Number.isInteger(given) && given >= 1 && given <= mostHours) set({ ...chosen, hours: given });
          }}
        />
      </FormGroup>
      {hours * minutesPerHour < timeoutMinutes && (
        <Alert component="p" variant="warning" isInline title={t('credentials.tooShort', { minutes: timeoutMinutes })} />
      )}
      <ExpandableSection toggleText={t('credentials.rights')}>
        <Rules title={t('credentials.inNamespace')} rules={namespaceRules(side, hasClaims)} />
        <Rules title={t('credentials.outside')} rules={sharedRules(side, hasClaims)} />
      </ExpandableSection>
    </>
  );
}

function Rules({ title, rules }: { readonly title: string; readonly rules: readonly Rule[] }) {
  const lines = rules.map(({ apiGroups, resources, verbs }) => {
    const texts = [apiGroups, resources, verbs].map((each) => JSON.stringify(each));
    return `- apiGroups: ${texts[0] ?? ''}\n  resources: ${texts[1] ?? ''}\n  verbs: ${texts[2] ?? ''}`;
  });
  return (
    <section aria-label={title}>
      <p>{title}</p>
      <CodeBlock>
        <CodeBlockCode tabIndex={0}>{lines.join('\n')}</CodeBlockCode>
      </CodeBlock>
    </section>
  );
}

type RunAnswers = NonNullable<MoveAnswers['run']>;

/** What the pods of a run trust beside the authorities that their image knows. */
export function RunAuthorities({ run, set }: { readonly run: RunAnswers; readonly set: (run: RunAnswers) => void }) {
  const { t } = useTranslation();
  const { caConfigMap = '', ...others } = run;
  return (
    <FormGroup label={t('credentials.caConfigMap')} fieldId="run-ca">
      <TextInput
        id="run-ca"
        aria-describedby="run-ca-help"
        value={caConfigMap}
        onChange={(_, name) => set(name === '' ? others : { ...others, caConfigMap: name })}
      />
      <FieldHelp id="run-ca-help" text={t('credentials.caConfigMapHelp')} />
    </FormGroup>
  );
}

/** When Tekton ends a run. */
export function RunTimeout({ run, minutes, set }: { readonly run: RunAnswers; readonly minutes: number; readonly set: (run: RunAnswers) => void }) {
  const { t } = useTranslation();
  return (
    <FormGroup label={t('credentials.timeout')} fieldId="run-timeout">
      <TextInput
        id="run-timeout"
        type="number"
        min={1}
        value={minutes}
        onChange={(_, value) => {
          const given = Number(value);
          if (Number.isInteger(given) && given >= 1) set({ ...run, timeoutMinutes: given });
        }}
      />
    </FormGroup>
  );
}

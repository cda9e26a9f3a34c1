import { Content, Form, FormFieldGroup, FormFieldGroupHeader, FormGroup, Radio, TextInput } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import type { StepProps } from '../use-plan.ts';
import { AccountSettings, RunAuthorities, RunTimeout } from './account-settings.tsx';
import { FieldHelp } from '../../shared/field-help.tsx';

const sides = ['source', 'destination'] as const;
const kinds = ['account', 'secret', 'token'] as const;

/** How the run logs in to each cluster. */
export function CredentialsStep({ draft: { answers }, change, plan, tokens, giveTokens }: StepProps) {
  const { t } = useTranslation();
  const timeout = plan.data?.questions.find(({ id }) => id === 'run.timeoutMinutes')?.answer;
  const timeoutMinutes = typeof timeout === 'number' ? timeout : 0;
  const setRun = (run: NonNullable<typeof answers.run>): void => change({ type: 'answers', answers: { run } });
  const hasClaims = (plan.data?.estimate?.claims ?? 0) > 0;
  return (
    <Form onSubmit={(event) => event.preventDefault()}>
      <Content component="p">{t('credentials.help')}</Content>
      {sides.map((side) => {
        const chosen = answers.credentials?.[side] ?? { kind: 'account' };
        const set = (answer: typeof chosen): void =>
          change({ type: 'answers', answers: { credentials: { ...answers.credentials, [side]: answer } } });
        return (
          <FormFieldGroup
            key={side}
            header={<FormFieldGroupHeader titleText={{ text: t(`credentials.${side}`), id: `login-${side}` }} />}
          >
            <Kinds side={side} chosen={chosen.kind} choose={(kind) => set({ kind })} />
            {chosen.kind === 'account' && (
              <AccountSettings {...{ side, hasClaims, chosen, timeoutMinutes, set }} />
            )}
            {chosen.kind === 'secret' && (
              <FormGroup label={t('credentials.secretName')} fieldId={`${side}-secret-name`}>
                <TextInput
                  id={`${side}-secret-name`}
                  value={chosen.secret ?? ''}
                  onChange={(_, secret) => set(secret === '' ? { kind: 'secret' } : { kind: 'secret', secret })}
                />
              </FormGroup>
            )}
            {chosen.kind === 'token' && (
              <TokenField side={side} token={tokens[side] ?? ''} set={(token) => giveTokens({ ...tokens, [side]: token })} />
            )}
          </FormFieldGroup>
        );
      })}
      <RunTimeout run={answers.run ?? {}} minutes={timeoutMinutes} set={setRun} />
      <RunAuthorities run={answers.run ?? {}} set={setRun} />
    </Form>
  );
}

interface KindsProps {
  readonly side: (typeof sides)[number];
  readonly chosen: (typeof kinds)[number];
  readonly choose: (kind: (typeof kinds)[number]) => void;
}

function Kinds({ side, chosen, choose }: KindsProps) {
  const { t } = useTranslation();
  return kinds.map((kind) => (
    <Radio
      key={kind}
      id={`${side}-${kind}`}
      name={`login-${side}`}
      label={t(`credentials.${kind}`)}
      isChecked={chosen === kind}
      onChange={() => choose(kind)}
    />
  ));
}

interface TokenFieldProps {
  readonly side: (typeof sides)[number];
  readonly token: string;
  readonly set: (token: string) => void;
}

function TokenField({ side, token, set }: TokenFieldProps) {
  const { t } = useTranslation();
  const id = `${side}-run-token`;
  return (
    <FormGroup label={t('credentials.tokenField', { side: t(`credentials.${side}`) })} fieldId={id}>
      <TextInput
        id={id}
        type="password"
        autoComplete="off"
        aria-describedby={`${id}-help`}
        value={token}
        onChange={(_, value) => set(value.trim())}
      />
      <FieldHelp id={`${id}-help`} text={t('credentials.tokenHelp')} />
    </FormGroup>
  );
}

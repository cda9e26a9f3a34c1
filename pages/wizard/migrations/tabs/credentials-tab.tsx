import { Button, Content, Form, FormGroup, Label, Stack, TextInput, Title } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { RenewAnswer, RenewRequest } from '../../../../src/wizard/api/after.ts';
import type { ConnectionAnswer, ConnectionRequest, Side } from '../../../../src/wizard/api/clusters.ts';
import type { LoginView, OwnMigration } from '../../../../src/wizard/api/migrations.ts';
import { post, put } from '../../http/client.ts';
import { Alert } from '../../shared/alert.tsx';
import { formatTime } from '../../shared/format.ts';
import { ProblemCard } from '../../shared/problem-card.tsx';

const sides = ['source', 'destination'] as const;

/** The logins of the runs: when they end, and how they are renewed. */
export function CredentialsTab({ migration }: { readonly migration: OwnMigration }) {
  return (
    <>
      {sides.map((side) => (
        <Login key={side} name={migration.name} side={side} login={migration.logins[side]} />
      ))}
    </>
  );
}

interface LoginProps {
  readonly name: string;
  readonly side: Side;
  readonly login: LoginView;
}

function Login({ name, side, login }: LoginProps) {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const what = t(`logins.sides.${side}`);
  const path = `/migrations/${encodeURIComponent(name)}/credentials/${side}`;
  const renew = useMutation({
    mutationFn: async (given: string) => put<RenewAnswer>(path, given === '' ? await connectionFor(side, login) : { token: given }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['migrations'] }),
  });
  const isEnded = login.expiresAt !== '' && Date.parse(login.expiresAt) < Date.now();
  return (
    <section aria-label={what}>
      <Stack hasGutter>
        <Title headingLevel="h3">{t(`overview.${side}`)}</Title>
        <Content component="p">
          {t(`logins.kinds.${login.kind}`)}: {login.secret}. {t('logins.expires')}:{' '}
          {login.expiresAt === '' ? t('logins.unknown') : formatTime(login.expiresAt, i18n.language)}{' '}
          {isEnded && <Label status="danger">{t('logins.ended')}</Label>}
        </Content>
        {renew.error !== null && <ProblemCard error={renew.error} />}
        {renew.isSuccess && <Alert component="p" variant="success" isInline title={t('logins.renewed')} />}
        {login.kind === 'account' && canConnect(side, login) && (
          <div>
            <Button isDisabled={renew.isPending} onClick={() => renew.mutate('')}>
              {t('logins.renewAccount', { side: what })}
            </Button>
          </div>
        )}
        <TokenForm what={what} isPending={renew.isPending} save={(token) => renew.mutate(token)} key={renew.submittedAt} />
      </Stack>
    </section>
  );
}

interface TokenFormProps {
  readonly what: string;
  readonly isPending: boolean;
  readonly save: (token: string) => void;
}

/** It is empty again once a token is sent. */
function TokenForm({ what, isPending, save }: TokenFormProps) {
  const { t } = useTranslation();
  const [token, setToken] = useState('');
  const id = useId();
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault();
        if (token !== '') save(token);
      }}
    >
      <FormGroup label={t('logins.token', { side: what })} fieldId={id}>
        <TextInput id={id} type="password" autoComplete="off" value={token} onChange={(_event, value) => setToken(value)} />
      </FormGroup>
      <div>
        <Button variant="secondary" type="submit" isDisabled={token === '' || isPending}>
          {t('logins.save', { side: what })}
        </Button>
      </div>
    </Form>
  );
}

/** The cluster of the runs is the usual destination; a source is known by its context. */
function canConnect(side: Side, { context, server }: LoginView): boolean {
  return context !== '' || (side === 'destination' && server === '');
}

async function connectionFor(side: Side, { context }: LoginView): Promise<RenewRequest> {
  const request: ConnectionRequest = context === '' ? { side, own: true } : { side, context };
  const { id } = await post<ConnectionAnswer>('/connections', request);
  return { connection: id };
}

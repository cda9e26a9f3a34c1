import { ActionGroup, Button, Card, CardBody, CardTitle, Content, Form, FormGroup, TextInput } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { ConfigAnswer, LoginRequest, SessionAnswer } from '../../../src/wizard/api/session.ts';
import { post } from '../http/client.ts';
import { ProblemCard } from '../shared/problem-card.tsx';

/** Exchanges the secret of the link, or a token, for a session. */
export function LoginPage({ config }: { readonly config: ConfigAnswer }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [token, setToken] = useState('');
  const login = useMutation({
    mutationFn: (request: LoginRequest) => post<SessionAnswer>('/session', request),
    onSuccess: () => queries.invalidateQueries(),
  });
  const { mutate } = login;
  useEffect(() => {
    const secret = takeSecret();
    if (secret !== '') mutate({ secret });
  }, [mutate]);
  return (
    <main>
      <Card>
        <CardTitle component="h1">{t('login.title')}</CardTitle>
        <CardBody>
          {login.error !== null && <ProblemCard error={login.error} />}
          {config.login.includes('oidc') && <ProviderLogin />}
          {config.login.includes('token') ? (
            <Form
              onSubmit={(event) => {
                event.preventDefault();
                mutate({ token });
                setToken('');
              }}
            >
              <FormGroup label={t('login.token')} fieldId="token">
                <TextInput id="token" type="password" autoComplete="off" value={token} onChange={(_, value) => setToken(value)} />
              </FormGroup>
              <Content component="small">{t('login.tokenHelp')}</Content>
              <ActionGroup>
                <Button type="submit" isDisabled={token === ''} isLoading={login.isPending}>
                  {t('login.submit')}
                </Button>
              </ActionGroup>
            </Form>
          ) : (
            <Content component="p">{t('login.used')}</Content>
          )}
        </CardBody>
      </Card>
    </main>
  );
}

/** Leaves the page for the identity provider, which sends the browser back to it. */
function ProviderLogin() {
  const { t } = useTranslation();
  return (
    <ActionGroup>
      <Button component="a" href={`/login?next=${encodeURIComponent(location.pathname)}`}>
        {t('login.provider')}
      </Button>
    </ActionGroup>
  );
}

/** The secret of the link. It leaves the address, and so the history of the browser, at once. */
function takeSecret(): string {
  const secret = new URLSearchParams(location.hash.slice(1)).get('secret') ?? '';
  if (secret !== '') history.replaceState(undefined, '', location.pathname);
  return secret;
}

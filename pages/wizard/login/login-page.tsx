import { ActionGroup, Button, Card, CardBody, CardTitle, Content, Form, FormGroup, InputGroup, InputGroupItem, TextInput } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { ConfigAnswer, LoginRequest, SessionAnswer } from '../../../src/wizard/api/session.ts';
import { post } from '../http/client.ts';
import { ProblemCard } from '../shared/problem-card.tsx';

interface LoginPageProps {
  readonly config: ConfigAnswer;
  /** Why the secret of the link was refused. */
  readonly refusal: Promise<unknown> | undefined;
}

/** Exchanges a token for a session, or says why the link is of no use. */
export function LoginPage({ config, refusal }: LoginPageProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const login = useMutation({
    mutationFn: (request: LoginRequest) => post<SessionAnswer>('/session', request),
    onSuccess: () => queries.invalidateQueries(),
  });
  const { mutate } = login;
  const refused = useQuery({ queryKey: ['login-refusal'], queryFn: async () => (await refusal) ?? null, staleTime: Infinity });
  const error = login.error ?? refused.data ?? null;
  return (
    <main>
      <Card>
        <CardTitle component="h1">{t('login.title')}</CardTitle>
        <CardBody>
          {error !== null && <ProblemCard error={error} />}
          {config.login.includes('oidc') && <ProviderLogin />}
          {config.login.includes('token') ? (
            <TokenForm isPending={login.isPending} submit={(token) => mutate({ token })} />
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

interface TokenFormProps {
  readonly isPending: boolean;
  readonly submit: (token: string) => void;
}

/** It is empty, and hidden again, once a token is sent. */
function TokenForm({ isPending, submit }: TokenFormProps) {
  const { t } = useTranslation();
  const [token, setToken] = useState('');
  const [isShown, setShown] = useState(false);
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault();
        submit(token);
        setToken('');
        setShown(false);
      }}
    >
      <FormGroup label={t('login.token')} fieldId="token">
        <InputGroup>
          <InputGroupItem isFill>
            <TextInput id="token" type={isShown ? 'text' : 'password'} autoComplete="off" value={token} onChange={(_, value) => setToken(value)} />
          </InputGroupItem>
          <InputGroupItem>
            <Button variant="control" onClick={() => setShown(!isShown)}>
              {t(isShown ? 'login.hide' : 'login.show')}
            </Button>
          </InputGroupItem>
        </InputGroup>
      </FormGroup>
      <Content component="small">{t('login.tokenHelp')}</Content>
      <ActionGroup>
        <Button type="submit" isDisabled={token === ''} isLoading={isPending}>
          {t('login.submit')}
        </Button>
      </ActionGroup>
    </Form>
  );
}

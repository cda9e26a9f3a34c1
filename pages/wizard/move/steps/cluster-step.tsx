import { Alert, Button, Checkbox, Form, FormGroup, FormSelect, FormSelectOption, TextArea, TextInput } from '@patternfly/react-core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { ConnectionAnswer, ConnectionRequest, NamespacesAnswer } from '../../../../src/wizard/api/clusters.ts';
import type { ConfigAnswer } from '../../../../src/wizard/api/session.ts';
import { ApiError, get, post } from '../../http/client.ts';
import { ProblemCard } from '../../shared/problem-card.tsx';
import type { StepProps } from '../use-plan.ts';

interface ClusterStepProps extends StepProps {
  readonly side: 'source' | 'destination';
  readonly config: ConfigAnswer;
}

const ownCluster = '(own)';
const otherAddress = '(other)';

/** Chooses a cluster and a namespace of it. Nothing is sent to an address before "Connect". */
export function ClusterStep({ side, config, draft, change }: ClusterStepProps) {
  const { t } = useTranslation();
  const contexts = config.cluster?.contexts ?? [];
  const [chosen, setChosen] = useState(contexts[0]?.name ?? (side === 'destination' ? ownCluster : otherAddress));
  const [server, setServer] = useState('');
  const [token, setToken] = useState('');
  const [ca, setCa] = useState('');
  const connection = draft.connections[side];
  const connect = useMutation({
    mutationFn: (request: ConnectionRequest) => post<ConnectionAnswer>('/connections', request),
    onSuccess: (made) => {
      setToken('');
      change({ type: 'connected', side, connection: made });
    },
  });
  const request = (): ConnectionRequest => {
    if (chosen === ownCluster) return { side, own: true };
    if (chosen !== otherAddress) return { side, context: chosen };
    return { side, server, token, ...(ca === '' ? {} : { ca }) };
  };
  const id = (field: string): string => `${side}-${field}`;
  return (
    <Form onSubmit={(event) => event.preventDefault()}>
      <FormGroup label={t('cluster.context')} fieldId={id('context')}>
        <FormSelect id={id('context')} value={chosen} onChange={(_, value) => setChosen(value)}>
          {contexts.map(({ name }) => (
            <FormSelectOption key={name} value={name} label={name} />
          ))}
          <FormSelectOption value={ownCluster} label={t('cluster.own')} />
          <FormSelectOption value={otherAddress} label={t('cluster.other')} />
        </FormSelect>
      </FormGroup>
      {chosen === otherAddress && (
        <>
          <FormGroup label={t('cluster.server')} fieldId={id('server')}>
            <TextInput id={id('server')} type="url" value={server} onChange={(_, value) => setServer(value)} />
          </FormGroup>
          <FormGroup label={t('cluster.token')} fieldId={id('token')}>
            <TextInput id={id('token')} type="password" autoComplete="off" value={token} onChange={(_, value) => setToken(value)} />
          </FormGroup>
          <FormGroup label={t('cluster.ca')} fieldId={id('ca')} labelHelp={<span>{t('cluster.caHelp')}</span>}>
            <TextArea id={id('ca')} value={ca} onChange={(_, value) => setCa(value)} />
          </FormGroup>
        </>
      )}
      <Button variant="secondary" isLoading={connect.isPending} isDisabled={connect.isPending} onClick={() => connect.mutate(request())}>
        {t('cluster.connect')}
      </Button>
      {connect.error !== null && <ConnectProblem error={connect.error} />}
      {connection !== undefined && <Connected connection={connection} />}
      {connection !== undefined && (
        <Namespace
          id={id('namespace')}
          connection={connection.id}
          value={draft.answers[side].namespace}
          onChange={(namespace) => change({ type: 'namespace', side, namespace })}
        />
      )}
      {side === 'destination' && (
        <Checkbox
          id={id('create')}
          label={t('cluster.createNamespace')}
          isChecked={draft.answers.destination.createNamespace ?? false}
          onChange={(_, createNamespace) =>
            change({ type: 'answers', answers: { destination: { ...draft.answers.destination, createNamespace } } })
          }
        />
      )}
    </Form>
  );
}

function Connected({ connection: { server, user, version } }: { readonly connection: ConnectionAnswer }) {
  const { t } = useTranslation();
  return <Alert variant="success" isInline isPlain title={t('cluster.connected', { server, user, version })} />;
}

function ConnectProblem({ error }: { readonly error: unknown }) {
  const { t } = useTranslation();
  const certificate = error instanceof ApiError ? error.problem.certificate : undefined;
  return (
    <>
      <ProblemCard error={error} />
      {certificate !== undefined && <p>{t('cluster.fingerprint', { ...certificate })}</p>}
    </>
  );
}

interface NamespaceProps {
  readonly id: string;
  readonly connection: string;
  readonly value: string;
  readonly onChange: (namespace: string) => void;
}

/** A namespace by the beginning of its name: a cluster may have thousands. */
function Namespace({ id, connection, value, onChange }: NamespaceProps) {
  const { t } = useTranslation();
  const path = `/connections/${connection}/namespaces?prefix=${encodeURIComponent(value)}`;
  const { data } = useQuery({ queryKey: ['namespaces', connection, value], queryFn: () => get<NamespacesAnswer>(path) });
  return (
    <FormGroup label={t('cluster.namespace')} fieldId={id}>
      <TextInput id={id} value={value} list={`${id}-names`} autoComplete="off" onChange={(_, name) => onChange(name)} />
      <datalist id={`${id}-names`}>
        {data?.names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {data?.state === 'denied' && <small>{t('cluster.namespaceDenied')}</small>}
    </FormGroup>
  );
}

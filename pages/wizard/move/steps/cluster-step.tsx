import { ActionGroup, Button, Checkbox, Form, FormGroup, FormSection, FormSelect, FormSelectOption, TextArea, TextInput } from '@patternfly/react-core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type FocusEvent } from 'react';
import { useTranslation } from 'react-i18next';

import type { ConnectionAnswer, ConnectionRequest, NamespacesAnswer } from '../../../../src/wizard/api/clusters.ts';
import type { ConfigAnswer } from '../../../../src/wizard/api/session.ts';
import { ApiError, get, post } from '../../http/client.ts';
import { Alert } from '../../shared/alert.tsx';
import { formatTime } from '../../shared/format.ts';
import { ProblemCard } from '../../shared/problem-card.tsx';
import type { Draft } from '../draft.ts';
import type { StepProps } from '../use-plan.ts';
import { FieldHelp } from '../../shared/field-help.tsx';

interface ClusterStepProps extends StepProps {
  readonly side: 'source' | 'destination';
  readonly config: ConfigAnswer;
}

export const ownCluster = '(own)';
const otherAddress = '(other)';

/** Chooses a cluster and a namespace of it. Nothing is sent to an address before "Connect", or before its fields are left. */
export function ClusterStep({ side, config, draft, change }: ClusterStepProps) {
  const { t } = useTranslation();
  const connection = draft.connections[side];
  const { createNamespace = false } = draft.answers.destination;
  return (
    <Form onSubmit={(event) => event.preventDefault()}>
      <ConnectForm
        side={side}
        config={config}
        usual={usualChoice(side, config, draft)}
        onConnected={(made) => change({ type: 'connected', side, connection: made })}
      />
      {connection !== undefined && (
        <>
          <Connected connection={connection} />
          <Namespace
            id={`${side}-namespace`}
            connection={connection.id}
            value={draft.answers[side].namespace}
            onChange={(namespace) => change({ type: 'namespace', side, namespace })}
          />
        </>
      )}
      {side === 'source' && connection !== undefined && (
        <FormGroup label={t('cluster.labelSelector')} fieldId="label-selector">
          <TextInput
            id="label-selector"
            value={draft.answers.source.labelSelector ?? ''}
            onChange={(_, labelSelector) => change({ type: 'selector', labelSelector })}
          />
        </FormGroup>
      )}
      {side === 'destination' && (
        <Checkbox
          id="destination-create"
          label={t('cluster.createNamespace')}
          isChecked={createNamespace}
          onChange={(_, isWanted) =>
            change({
              type: 'answers',
              answers: { destination: { ...draft.answers.destination, createNamespace: isWanted } },
            })
          }
        />
      )}
    </Form>
  );
}

/** What is chosen at first. */
interface Choice {
  /** A context, or one of the other choices. */
  readonly chosen: string;
  /** Of another address; empty: none yet. */
  readonly server: string;
}

/** What was connected or answered before; else the cluster of the runs for the destination, and another one for the source. */
function usualChoice(side: 'source' | 'destination', { cluster }: ConfigAnswer, { answers, connections }: Draft): Choice {
  const contexts = cluster?.contexts ?? [];
  const connection = connections[side];
  const context = connection?.context ?? answers[side].context ?? '';
  if (contexts.some(({ name }) => name === context)) return { chosen: context, server: '' };
  const server = connection?.server ?? answers[side].server;
  const isOwn = server === cluster?.server && connection?.certificate === undefined;
  if (server !== undefined) return isOwn ? { chosen: ownCluster, server: '' } : { chosen: otherAddress, server };
  const found = contexts.find(({ isCurrent }) => isCurrent === (side === 'destination')) ?? contexts[0];
  return { chosen: found?.name ?? (side === 'destination' ? ownCluster : otherAddress), server: '' };
}

interface ConnectFormProps extends Pick<ClusterStepProps, 'side' | 'config'> {
  readonly usual: Choice;
  readonly onConnected: (connection: ConnectionAnswer) => void;
}

/** Chooses a cluster and connects it. */
export function ConnectForm({ side, config, usual, onConnected }: ConnectFormProps) {
  const { t } = useTranslation();
  const contexts = config.cluster?.contexts ?? [];
  const [chosen, setChosen] = useState(usual.chosen);
  const [address, setAddress] = useState({ ...noAddress, server: usual.server });
  const connect = useMutation({
    mutationFn: (request: ConnectionRequest) => post<ConnectionAnswer>('/connections', request),
    onSuccess: (made) => {
      setAddress((before) => ({ ...before, token: '' }));
      onConnected(made);
    },
  });
  const request = requestOf(side, chosen, address);
  const leave = ({ currentTarget, relatedTarget }: FocusEvent): void => {
    const isWhole = chosen === otherAddress && address.server !== '' && address.token !== '';
    // Without a next field, such as while a file is chosen, nobody left; what failed is tried again by the button.
    const isLeft = relatedTarget !== null && !currentTarget.contains(relatedTarget);
    const isTried = JSON.stringify(connect.variables) === JSON.stringify(request);
    if (isWhole && isLeft && !isTried && !connect.isPending) connect.mutate(request);
  };
  return (
    <FormSection onBlur={leave}>
      <FormGroup label={t('cluster.context')} fieldId={`${side}-context`}>
        <FormSelect id={`${side}-context`} value={chosen} onChange={(_, value) => setChosen(value)}>
          {contexts.map(({ name }) => (
            <FormSelectOption key={name} value={name} label={name} />
          ))}
          <FormSelectOption value={ownCluster} label={t('cluster.own')} />
          <FormSelectOption value={otherAddress} label={t('cluster.other')} />
        </FormSelect>
      </FormGroup>
      {chosen === otherAddress && <AddressFields side={side} address={address} onChange={setAddress} />}
      <ActionGroup>
        <Button
          variant="secondary"
          isLoading={connect.isPending}
          isDisabled={connect.isPending}
          onClick={() => connect.mutate(request)}
        >
          {t('cluster.connect')}
        </Button>
      </ActionGroup>
      {connect.error !== null && <ConnectProblem error={connect.error} />}
    </FormSection>
  );
}

interface Address {
  readonly server: string;
  readonly token: string;
  readonly ca: string;
}

const noAddress: Address = { server: '', token: '', ca: '' };

function requestOf(side: ConnectionRequest['side'], chosen: string, { server, token, ca }: Address): ConnectionRequest {
  if (chosen === ownCluster) return { side, own: true };
  if (chosen !== otherAddress) return { side, context: chosen };
  return { side, server, token, ...(ca === '' ? {} : { ca }) };
}

interface AddressFieldsProps {
  readonly side: string;
  readonly address: Address;
  readonly onChange: (address: Address) => void;
}

function AddressFields({ side, address, onChange }: AddressFieldsProps) {
  const { t } = useTranslation();
  return (
    <>
      <FormGroup label={t('cluster.server')} fieldId={`${side}-server`}>
        <TextInput
          id={`${side}-server`}
          type="url"
          value={address.server}
          onChange={(_, server) => onChange({ ...address, server })}
        />
      </FormGroup>
      <FormGroup label={t('cluster.token')} fieldId={`${side}-token`}>
        <TextInput
          id={`${side}-token`}
          type="password"
          autoComplete="off"
          value={address.token}
          onChange={(_, token) => onChange({ ...address, token })}
        />
      </FormGroup>
      <FormGroup label={t('cluster.ca')} fieldId={`${side}-ca`}>
        <TextArea
          id={`${side}-ca`}
          aria-describedby={`${side}-ca-help`}
          value={address.ca}
          onChange={(_, ca) => onChange({ ...address, ca })}
        />
        <FieldHelp id={`${side}-ca-help`} text={t('cluster.caHelp')} />
      </FormGroup>
      <FormGroup label={t('cluster.caFile')} fieldId={`${side}-ca-file`}>
        <input
          id={`${side}-ca-file`}
          type="file"
          accept=".crt,.pem,.cer"
          onChange={({ target }) => {
            const file = target.files?.[0];
            if (file !== undefined) void file.text().then((ca) => onChange({ ...address, ca }));
          }}
        />
      </FormGroup>
    </>
  );
}

/** Says what is connected. */
export function Connected({ connection: { server, user, version, certificate, tokenExpiresAt } }: { readonly connection: ConnectionAnswer }) {
  const { t, i18n } = useTranslation();
  return (
    <Alert component="p" variant="success" isInline isPlain title={t('cluster.connected', { server, user, version })}>
      {tokenExpiresAt !== '' && <p>{t('cluster.expires', { time: formatTime(tokenExpiresAt, i18n.language) })}</p>}
      {certificate !== undefined && <p>{t('cluster.trusted', { fingerprint: certificate.fingerprint })}</p>}
    </Alert>
  );
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
export function Namespace({ id, connection, value, onChange }: NamespaceProps) {
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

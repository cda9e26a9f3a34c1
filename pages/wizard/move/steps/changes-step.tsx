import { Checkbox, Form, FormGroup, FormSelect, FormSelectOption, Stack, TextArea, TextInput } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { MoveAnswers } from '../../../../src/domain/schemas/documents.ts';
import type { StepProps } from '../use-plan.ts';
import { PreviewList } from './preview-list.tsx';
import { FieldHelp } from '../../shared/field-help.tsx';

type Changes = NonNullable<MoveAnswers['changes']>;

const plugins = ['KubernetesPlugin', 'OpenShiftPlugin', 'ImagestreamPlugin'] as const;

/** What is changed in the resources, and what becomes of each. */
export function ChangesStep({ draft, change }: StepProps) {
  const { t } = useTranslation();
  const changes: Changes = draft.answers.changes ?? {};
  const set = (more: Changes): void => change({ type: 'answers', answers: { changes: { ...changes, ...more } } });
  return (
    <Stack hasGutter>
      <Form onSubmit={(event) => event.preventDefault()}>
        <Conversion changes={changes} set={set} />
        <Namespaces changes={changes} set={set} />
        <Patches changes={changes} set={set} />
        <FormGroup role="group" label={t('changes.plugins')} fieldId="plugins">
          {plugins.map((plugin) => (
            <Checkbox
              key={plugin}
              id={`plugin-${plugin}`}
              label={plugin}
              isChecked={changes.skipPlugins?.includes(plugin) !== true}
              onChange={(_, isUsed) => set({ skipPlugins: skipped(changes.skipPlugins ?? [], plugin, isUsed) })}
            />
          ))}
        </FormGroup>
      </Form>
      <PreviewList draft={draft} />
    </Stack>
  );
}

function skipped(names: readonly string[], plugin: string, isUsed: boolean): readonly string[] {
  const others = names.filter((each) => each !== plugin);
  return isUsed ? others : [...others, plugin];
}

interface PartProps {
  readonly changes: Changes;
  readonly set: (more: Changes) => void;
}

function Conversion({ changes, set }: PartProps) {
  const { t } = useTranslation();
  const { modernize = 'none' } = changes;
  const text = (name: 'ingressClass' | 'gateway' | 'routeDomain') => (
    <FormGroup key={name} label={t(`changes.${name}`)} fieldId={name}>
      <TextInput id={name} value={changes[name] ?? ''} onChange={(_, value) => set({ [name]: value })} />
    </FormGroup>
  );
  return (
    <>
      <FormGroup label={t('changes.modernize')} fieldId="modernize">
        <FormSelect
          id="modernize"
          value={modernize}
          onChange={(_, value) => set({ modernize: value as NonNullable<Changes['modernize']> })}
        >
          <FormSelectOption value="none" label={t('changes.none')} />
          <FormSelectOption value="ingress" label={t('changes.ingress')} />
          <FormSelectOption value="gateway" label={t('changes.httpRoute')} />
        </FormSelect>
      </FormGroup>
      {modernize === 'ingress' && text('ingressClass')}
      {modernize === 'gateway' && text('gateway')}
      {modernize !== 'none' && text('routeDomain')}
    </>
  );
}

/** Lines `from=to`. What is not complete yet is in the field only. */
function Namespaces({ changes, set }: PartProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(() => (changes.namespaces ?? []).map(({ from, to }) => `${from}=${to}`).join('\n'));
  return (
    <FormGroup label={t('changes.namespaces')} fieldId="namespaces">
      <TextArea
        id="namespaces"
        aria-describedby="namespaces-help"
        value={text}
        onChange={(_, value) => {
          setText(value);
          set({ namespaces: namespacesIn(value) });
        }}
      />
      <FieldHelp id="namespaces-help" text={t('changes.namespacesHelp')} />
    </FormGroup>
  );
}

const namespaceLine = /^\s*([a-z0-9-]+)\s*=\s*([a-z0-9-]+)\s*$/;

function namespacesIn(text: string): NonNullable<Changes['namespaces']> {
  return text.split('\n').flatMap((line) => {
    const [, from, to] = namespaceLine.exec(line) ?? [];
    return from === undefined || to === undefined ? [] : [{ from, to }];
  });
}

function Patches({ changes, set }: PartProps) {
  const { t } = useTranslation();
  return (
    <>
      <FormGroup label={t('changes.patches')} fieldId="patches">
        <TextArea
          id="patches"
          aria-describedby="patches-help"
          spellCheck={false}
          value={changes.patches ?? ''}
          onChange={(_, patches) => set({ patches })}
        />
        <FieldHelp id="patches-help" text={t('changes.patchesHelp')} />
      </FormGroup>
      <FormGroup label={t('changes.patchFile')} fieldId="patch-file">
        <input
          id="patch-file"
          type="file"
          accept=".yaml,.yml,.json"
          onChange={({ target }) => {
            const file = target.files?.[0];
            if (file !== undefined) void file.text().then((patches) => set({ patches }));
          }}
        />
      </FormGroup>
    </>
  );
}

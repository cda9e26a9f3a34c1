import { Button, CodeBlock, CodeBlockAction, CodeBlockCode } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { RightsAnswer } from '../../../src/wizard/api/session.ts';
import { get } from '../http/client.ts';
import { Alert } from './alert.tsx';

type Action = 'look' | 'create' | 'start' | 'cancel' | 'delete' | 'applications';

/** Whether the user may do something in the namespace of the runs; undefined until that is known. */
export function useRights(action: Action): RightsAnswer | undefined {
  const path = `/rights?action=${action}`;
  return useQuery({ queryKey: ['rights', action], queryFn: () => get<RightsAnswer>(path), staleTime: 60_000 }).data;
}

/** The rule that the user needs, to copy. A button that is disabled for it is described by `id`. */
export function RightsNote({ id, rights }: { readonly id: string; readonly rights: RightsAnswer | undefined }) {
  const { t } = useTranslation();
  if (rights === undefined || rights.isAllowed) return null;
  return (
    <Alert component="p" variant="warning" isInline title={t(`rights.${rights.action as Action}`)} id={id}>
      <Rules text={rights.rights.map(({ rule }) => rule).join('')} />
    </Alert>
  );
}

function Rules({ text }: { readonly text: string }) {
  const { t } = useTranslation();
  const [isCopied, setCopied] = useState(false);
  const copy = (): Promise<void> => navigator.clipboard.writeText(text).then(() => setCopied(true));
  // Browsers offer the clipboard on https and on the own computer alone.
  const action = window.isSecureContext && (
    <CodeBlockAction>
      <Button variant="link" isInline onClick={() => void copy()}>
        {t(isCopied ? 'copied' : 'copy')}
      </Button>
    </CodeBlockAction>
  );
  return (
    <CodeBlock actions={action}>
      <CodeBlockCode tabIndex={0}>{text}</CodeBlockCode>
    </CodeBlock>
  );
}

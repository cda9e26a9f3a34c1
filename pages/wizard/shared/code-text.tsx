import { Content, type AlertProps } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { sentences, type Said } from '../texts/codes/explain.ts';
import { Alert } from './alert.tsx';
import { useExplain } from './use-explain.ts';

type CodeTextProps = Pick<Said, 'code'> & Partial<Said>;

/** A text of the server, of a cluster or of a program: English, whatever the language of the page is. */
export function ServerText({ children }: { readonly children: string }) {
  return <span lang="en">{children}</span>;
}

/** What a code means, for a cell or an entry of a list: first in the language of the page, then what was said. */
export function CodeText({ hasHelp = false, ...said }: CodeTextProps & { readonly hasHelp?: boolean }) {
  const { title, help, detail, isOriginal } = useExplain(said);
  const text = hasHelp ? sentences(title, help) : title;
  if (isOriginal) return <ServerText>{text}</ServerText>;
  return (
    <>
      {text}
      {detail !== '' && (
        <Content component="small">
          <ServerText>{detail}</ServerText>
        </Content>
      )}
    </>
  );
}

/** What happened and how to fix it, as paragraphs, then what was said where that is in another language. */
export function CodeBody(said: CodeTextProps) {
  const { title, help, detail, isOriginal } = useExplain(said);
  return (
    <>
      {[title, help].map((text) => text !== '' && <p key={text}>{isOriginal ? <ServerText>{text}</ServerText> : text}</p>)}
      <Detail text={detail} />
    </>
  );
}

function Detail({ text }: { readonly text: string }) {
  const { t } = useTranslation();
  if (text === '') return null;
  return (
    <Content component="small">
      {t('detail')}: <ServerText>{text}</ServerText>
    </Content>
  );
}

interface CodeAlertProps extends CodeTextProps {
  readonly variant: NonNullable<AlertProps['variant']>;
  readonly actionLinks?: ReactNode;
  readonly children?: ReactNode;
}

/** An alert: what happened is its title. */
export function CodeAlert({ variant, actionLinks, children, ...said }: CodeAlertProps) {
  const { title, help, detail, isOriginal } = useExplain(said);
  return (
    <Alert component="p" variant={variant} isInline title={isOriginal ? <ServerText>{title}</ServerText> : title} actionLinks={actionLinks}>
      {help !== '' && <p>{isOriginal ? <ServerText>{help}</ServerText> : help}</p>}
      <Detail text={detail} />
      {children}
    </Alert>
  );
}

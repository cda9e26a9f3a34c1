import { Label, Progress as ProgressBar, ProgressMeasureLocation } from '@patternfly/react-core';
import type { TFunction } from 'i18next';

import type { ProgressRow, RowKind, RowState } from '../../../src/wizard/api/progress.ts';
import { CodeText } from '../shared/code-text.tsx';
import { formatBytes, formatSeconds } from '../shared/format.ts';
import { areasOfTask } from '../texts/codes/areas-of-task.ts';
import type { ProgressColumn } from './progress-table.tsx';

const statuses = {
  queued: 'custom',
  copying: 'info',
  present: 'success',
  copied: 'success',
  done: 'success',
  skipped: 'custom',
  failed: 'danger',
} as const satisfies Record<RowState, string>;

/** The columns of a kind of rows. */
export function columnsOf(kind: RowKind, t: TFunction, language: string): readonly ProgressColumn[] {
  const state = {
    title: t('run.state'),
    cell: ({ state }: ProgressRow) => <Label status={statuses[state]}>{t(`run.states.${state}`)}</Label>,
  };
  const message = { title: t('run.message'), cell: (row: ProgressRow) => <Message row={row} /> };
  const name = { title: t(`run.kinds.${kind}`), cell: ({ id }: ProgressRow) => <bdi>{id}</bdi> };
  const bytes = {
    title: t('run.bytes'),
    cell: (row: ProgressRow) => bytesOf(row, language),
  };
  if (kind === 'object') return [name, { title: t('run.task'), cell: ({ task }) => task }, state, message];
  if (kind === 'image') {
    const digest = { title: t('run.digest'), cell: ({ digest: text }: ProgressRow) => <code>{text.slice(0, 19)}</code> };
    return [name, state, bytes, digest, message];
  }
  const percent = {
    title: t('run.percent'),
    cell: ({ id, percent: value }: ProgressRow) => (
      <ProgressBar value={value} measureLocation={ProgressMeasureLocation.outside} aria-label={id} />
    ),
  };
  const rest = {
    title: t('run.rest'),
    cell: ({ restSeconds }: ProgressRow) => (restSeconds === undefined ? '' : formatSeconds(restSeconds)),
  };
  return [name, state, percent, bytes, rest, message];
}

/** Of the outcome only what the state does not say. */
function Message({ row: { task, state, reason, message } }: { readonly row: ProgressRow }) {
  if (state !== 'failed' && state !== 'skipped') return <bdi lang="en">{message}</bdi>;
  return (
    <bdi>
      <CodeText code={reason} areas={areasOfTask[task] ?? []} message={message === '' ? '' : `${reason}: ${message}`} />
    </bdi>
  );
}

function bytesOf({ bytes, totalBytes, rate }: ProgressRow, language: string): string {
  if (bytes === undefined && totalBytes === undefined) return '';
  const all = totalBytes === undefined || totalBytes === bytes ? '' : ` / ${formatBytes(totalBytes, language)}`;
  const speed = rate === undefined ? '' : `, ${formatBytes(rate, language)}/s`;
  return `${formatBytes(bytes ?? 0, language)}${all}${speed}`;
}

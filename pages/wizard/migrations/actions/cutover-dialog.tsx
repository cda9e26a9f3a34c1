import { Content, List, ListItem } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import type { MigrationAnswer } from '../../../../src/wizard/api/migrations.ts';
import { get } from '../../http/client.ts';
import { ConfirmDialog } from '../../shared/confirm-dialog.tsx';
import { formatTime } from '../../shared/format.ts';
import { Loading } from '../../shared/loading.tsx';
import { StatusText } from '../../shared/status-text.tsx';
import { forecastOf } from './forecast.ts';

interface CutoverDialogProps {
  /** Of the migration. */
  readonly name: string;
  readonly isPending: boolean;
  readonly error: unknown;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

type Check = 'yes' | 'no' | 'unknown';

const day = 24 * 3_600_000;
/** Two hours: the timeout of a run unless the answers have another, which the server checks. */
const usualTimeout = 2 * 3_600_000;

/** Says what a cutover stops, how long it may take, and what should be true before it. */
export function CutoverDialog(props: CutoverDialogProps) {
  const { t } = useTranslation();
  const { name } = props;
  const { data, error } = useQuery({
    queryKey: ['migrations', name],
    queryFn: () => get<MigrationAnswer>(`/migrations/${encodeURIComponent(name)}`),
  });
  return (
    <ConfirmDialog {...props} error={props.error ?? error} title={t('cutover.title', { name })} confirm={t('action.cutover')}>
      {data === undefined ? <Loading /> : <Checklist migration={data} />}
    </ConfirmDialog>
  );
}

function Checklist({ migration }: { readonly migration: MigrationAnswer }) {
  const { t, i18n } = useTranslation();
  const { sourceNamespace, state } = migration;
  const ends = Object.values(migration.tokensExpireAt ?? {}).toSorted()[0] ?? '';
  const stage = lastStage(migration);
  // A group of the console has no state of its own.
  const staged = Date.now() - Date.parse(state?.stagedAt ?? stage?.endedAt ?? '') < day ? 'yes' : 'no';
  const validation = migration.runs.find(({ action, endedAt }) => action === 'validate' && endedAt !== '');
  const gaps = validation === undefined ? 'unknown' : validation.phase === 'succeeded' ? 'yes' : 'no';
  const tokens = tokenCheck(ends);
  const checks = [
    { check: tokens, text: t(`cutover.tokens.${tokens}`, { time: formatTime(ends, i18n.language) }) },
    { check: staged, text: t(`cutover.staged.${staged}`) },
    { check: gaps, text: t(`cutover.gaps.${gaps}`) },
  ] as const;
  return (
    <>
      <Content component="p">{t('cutover.stops', { namespace: sourceNamespace })}</Content>
      <Content component="p">{stage === undefined ? t('cutover.noForecast') : forecastOf(stage, t, i18n.language)}</Content>
      <List isPlain>
        {checks.map(({ check, text }) => (
          <ListItem key={text}>
            <StatusText check={check} text={text} />
          </ListItem>
        ))}
      </List>
    </>
  );
}

/** The last copy of the volumes that succeeded. */
export function lastStage({ runs }: Pick<MigrationAnswer, 'runs'>): MigrationAnswer['runs'][number] | undefined {
  return runs.find(({ action, phase }) => action === 'stage' && phase === 'succeeded');
}

function tokenCheck(ends: string): Check {
  if (ends === '') return 'unknown';
  return Date.parse(ends) > Date.now() + usualTimeout ? 'yes' : 'no';
}

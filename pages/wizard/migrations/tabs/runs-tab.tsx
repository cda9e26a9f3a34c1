import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { MigrationAnswer } from '../../../../src/wizard/api/migrations.ts';
import { formatDuration, formatTime } from '../../shared/format.ts';
import { PhaseLabel } from '../../shared/phase-label.tsx';

/** All runs of a migration, newest first. */
export function RunsTab({ migration }: { readonly migration: MigrationAnswer }) {
  const { t, i18n } = useTranslation();
  const titles = [t('migration.run'), t('historyAction'), t('run.state'), t('migration.started'), t('migration.duration')] as const;
  return (
    <Table aria-label={t('migration.runs')} variant="compact">
      <Thead>
        <Tr>
          {titles.map((title) => (
            <Th key={title}>{title}</Th>
          ))}
        </Tr>
      </Thead>
      <Tbody>
        {migration.runs.map((run) => (
          <Tr key={run.name}>
            <Td dataLabel={titles[0]}>
              <Link to={`/runs/${encodeURIComponent(run.name)}`}>{run.name}</Link>
            </Td>
            <Td dataLabel={titles[1]}>{run.action === '' ? '' : t(`action.${run.action}`, { defaultValue: run.action })}</Td>
            <Td dataLabel={titles[2]}>
              <PhaseLabel phase={run.phase} />
            </Td>
            <Td dataLabel={titles[3]}>{formatTime(run.startedAt, i18n.language)}</Td>
            <Td dataLabel={titles[4]}>{formatDuration(run.startedAt, run.endedAt, Date.now())}</Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}

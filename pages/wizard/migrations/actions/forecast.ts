import type { TFunction } from 'i18next';

import type { RunSummary } from '../../../../src/wizard/api/migrations.ts';
import { formatBytes, formatDuration } from '../../shared/format.ts';

/** How long a cutover may take, by the last copy of the volumes. */
export function forecastOf({ startedAt, endedAt, copiedBytes }: RunSummary, t: TFunction, language: string): string {
  const time = t('overview.forecast', { duration: formatDuration(startedAt, endedAt, 0) });
  return copiedBytes === undefined
    ? time
    : `${time} ${t('overview.copied', { size: formatBytes(copiedBytes, language) })}`;
}

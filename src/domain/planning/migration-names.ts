import type { CompleteAnswers } from './answers.ts';

type Side = 'source' | 'destination';

/** Label of every object of a migration. */
export const migrationLabel = 'crane-tasks.dev/migration';
/** Label of a run with what it does. */
export const actionLabel = 'crane-tasks.dev/action';

/** The ConfigMap that owns all objects of a migration. */
export function configMapName(migration: string): string {
  return `migration-${migration}`;
}

/** The Secret with the login to a cluster. */
export function secretName({ name, credentials }: CompleteAnswers, side: Side): string {
  return credentials[side].secret ?? `${name}-${side}`;
}

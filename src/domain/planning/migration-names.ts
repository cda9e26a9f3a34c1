import type { CompleteAnswers } from './answers.ts';

type Side = 'source' | 'destination';

/** Label of every object of a migration. */
export const migrationLabel = 'crane-tasks.dev/migration';
/** Label of a run with what it does. */
export const actionLabel = 'crane-tasks.dev/action';
/** Label of a TaskRun with the name of the PipelineRun whose volume it uses. */
export const volumeRunLabel = 'crane-tasks.dev/volume-of';
/** Annotation of a take-back: how many changed objects the user wants to keep at the destination. */
export const keptChangesAnnotation = 'crane-tasks.dev/kept-changes';
/** Annotation of a Secret with a login: when its token expires, RFC 3339. */
export const expiryAnnotation = 'crane-tasks.dev/token-expires';

/** The ConfigMap that owns all objects of a migration. */
export function configMapName(migration: string): string {
  return `migration-${migration}`;
}

/** The Secret with the login to a cluster. */
export function secretName({ name, credentials }: CompleteAnswers, side: Side): string {
  return credentials[side].secret ?? `${name}-${side}`;
}

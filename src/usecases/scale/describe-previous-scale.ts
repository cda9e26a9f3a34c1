import type { PreviousScale } from '../../domain/schemas/documents.ts';

/** What an object had, as evidence in a report. */
export function describePreviousScale(former: PreviousScale | undefined): Readonly<Record<string, string | number>> {
  if (former === undefined) return {};
  return 'replicas' in former ? { replicas: former.replicas } : { suspended: 'false' };
}

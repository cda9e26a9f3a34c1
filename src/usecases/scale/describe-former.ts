import type { Former } from '../../domain/scale/rest.ts';

/** What an object had, as evidence in a report. */
export function describeFormer(former: Former | undefined): Readonly<Record<string, string | number>> {
  if (former === undefined) return {};
  return 'replicas' in former ? { replicas: former.replicas } : { suspended: 'false' };
}

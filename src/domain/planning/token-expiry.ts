import { TaskError } from '../core/errors.ts';

type Side = 'source' | 'destination';
type Expiries = Partial<Readonly<Record<Side, string>>>;

const minute = 60_000;

/** A side whose token ends before a run may end; undefined: none does, as far as the times are known. */
export function sideThatEnds(
  expiries: Expiries,
  { minutes, now }: { readonly minutes: number; readonly now: number },
): { readonly side: Side; readonly expiresAt: string } | undefined {
  const sides = ['source', 'destination'] as const;
  const known = sides.map((side) => ({ side, expiresAt: expiries[side] ?? '' }));
  return known.find(({ expiresAt }) => Date.parse(expiresAt) < now + minutes * minute);
}

/** @throws TaskError `invalid-param` when a token ends before a run of so many minutes may end */
export function assertTokensLast(expiries: Expiries, run: { readonly minutes: number; readonly now: number }): void {
  const found = sideThatEnds(expiries, run);
  if (found === undefined) return;
  const { side, expiresAt } = found;
  const minutes = String(run.minutes);
  const message = `the token of the ${side} ends at ${expiresAt}, before the timeout of the run (${minutes} minutes)`;
  throw new TaskError('invalid-param', `starting a run: ${message}`, {
    remedy: `Renew the login of the ${side}, choose a token that is valid for longer, or a shorter timeout of the run.`,
  });
}

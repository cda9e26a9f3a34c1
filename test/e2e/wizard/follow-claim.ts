import { expect } from 'vitest';

import { followEvents } from '../../builders/wizard-events.ts';
import type { WizardProcess } from '../../builders/wizard.ts';

interface FollowedClaim {
  /** Waits until the claim is copied. */
  end(): Promise<{
    /** As they were shown. */
    readonly percents: readonly number[];
    /** Each time left that was shown, and the real one, in seconds. */
    readonly rests: readonly { readonly shown: number; readonly real: number }[];
  }>;
}

/** Reads what a page shows of the claim of a run. */
export async function followClaim(wizard: WizardProcess, run: string): Promise<FollowedClaim> {
  const followed = await followEvents(wizard, `progress:${run}`);
  const seen: { readonly percent: number; readonly rest: number | undefined; readonly at: number }[] = [];
  let taken = 0;
  const take = (): void => {
    const events = followed.events.slice(taken);
    taken += events.length;
    for (const { data } of events) {
      const rows = data.type === 'progress' ? data.rows.filter(({ kind }) => kind === 'claim') : [];
      seen.push(...rows.map(({ percent, restSeconds }) => ({ percent, rest: restSeconds, at: Date.now() })));
    }
  };
  const timer = setInterval(take, 100);
  const isWhole = () => seen.some(({ percent }) => percent === 100);
  return {
    end: async () => {
      await expect.poll(isWhole, { timeout: 30_000 }).toBe(true);
      clearInterval(timer);
      followed.close();
      const end = seen.find(({ percent }) => percent === 100)?.at ?? 0;
      const rests = seen.flatMap(({ rest, at, percent }) =>
        rest === undefined || percent === 100 ? [] : { shown: rest, real: (end - at) / 1000 },
      );
      return { percents: seen.map(({ percent }) => percent), rests };
    },
  };
}

const sweepAbove = 1000;

/** Remembers answers for a short time. Questions asked while one is open share its answer; failures are not remembered. */
export function cacheBriefly<T>(ms: number): (key: string, ask: () => Promise<T>) => Promise<T> {
  const known = new Map<string, { until: number; answer: Promise<T> }>();
  return async (key, ask) => {
    const now = Date.now();
    const found = known.get(key);
    if (found !== undefined && found.until > now) return found.answer;
    if (known.size > sweepAbove) removeExpired(known, now);
    const answer = ask();
    known.set(key, { until: now + ms, answer });
    answer.catch(() => known.delete(key));
    return answer;
  };
}

function removeExpired(known: Map<string, { until: number }>, now: number): void {
  for (const [key, { until }] of known) if (until <= now) known.delete(key);
}

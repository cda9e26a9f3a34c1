/**
 * Calls a function when a signal is aborted, also where a request has no socket yet: Node reports the end of such a
 * request only when its connection, for example one through a proxy, is there or has failed.
 * @returns removes the call again
 */
export function onAbort(signal: AbortSignal | undefined, run: (reason: unknown) => void): () => void {
  const call = (): void => run(signal?.reason);
  signal?.addEventListener('abort', call, { once: true });
  return () => signal?.removeEventListener('abort', call);
}

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { dropIdleReader } from '../../../../../src/wizard/server/http/drop-idle-reader.ts';

async function* chunks(): AsyncGenerator<Uint8Array> {
  for (const text of ['a', 'b', 'c']) {
    await Promise.resolve();
    yield Buffer.from(text);
  }
}

describe('dropIdleReader', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('drops a client that takes nothing for a minute', async () => {
    let drops = 0;
    const reading = dropIdleReader(chunks(), () => (drops += 1));
    await reading.next();
    await vi.advanceTimersByTimeAsync(59_000);
    await reading.next();
    await vi.advanceTimersByTimeAsync(59_000);
    expect(drops).toBe(0);
    await vi.advanceTimersByTimeAsync(1000);
    expect(drops).toBe(1);
  });

  it('has patience with a source that has nothing', async () => {
    let drops = 0;
    const never = (async function* (): AsyncGenerator<Uint8Array> {
      await new Promise(() => undefined);
      yield Buffer.from('');
    })();
    void dropIdleReader(never, () => (drops += 1)).next();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(drops).toBe(0);
  });
});

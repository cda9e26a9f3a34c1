import { describe, expect, it } from 'vitest';

import { SyncFailure, type FailureKind } from '../../../../src/domain/oci/failure.ts';
import { checkPulled } from '../../../../src/usecases/app/check-pulled.ts';
import { silentLog } from '../../../builders/test-cluster.ts';
import { memoryImage, MemoryRegistry } from '../../../fakes/memory-registry.ts';

const image = memoryImage({ web: 1 });
const place = { path: 'shop/web', tag: '1' };
const pushed = {
  push: { host: 'push.example:5000', ...place },
  pull: { host: 'pull.example:30500', ...place },
  digest: image.digest,
};

function scene(registry: MemoryRegistry, onPause: () => void = () => undefined) {
  const pauses: number[] = [];
  const asked: string[] = [];
  const pulled = (host: string): MemoryRegistry => {
    asked.push(host);
    return registry;
  };
  const pause = (milliseconds: number): Promise<void> => {
    pauses.push(milliseconds);
    onPause();
    return Promise.resolve();
  };
  return { pauses, asked, ports: { pulled, pause, log: silentLog } };
}

describe('what was pushed to one address and is pulled from another', () => {
  it('is looked for by the address of the pulls only', async () => {
    const registry = new MemoryRegistry();
    registry.put('shop/web', '1', image);
    const { asked, pauses, ports } = scene(registry);
    expect(await checkPulled([pushed, { ...pushed, pull: pushed.push }], ports)).toEqual([]);
    expect(asked).toEqual(['pull.example:30500']);
    expect(pauses).toEqual([]);
  });

  it('may be there a little later, as behind a proxy', async () => {
    const registry = new MemoryRegistry();
    const { pauses, ports } = scene(registry, () => {
      registry.put('shop/web', '1', image);
    });
    expect(await checkPulled([pushed], ports)).toEqual([]);
    expect(pauses).toHaveLength(1);
  });

  it('is looked for by digest when it has no tag', async () => {
    const registry = new MemoryRegistry();
    registry.put('shop/web', 'other', image);
    const untagged = { ...pushed, pull: { ...pushed.pull, tag: undefined } };
    expect(await checkPulled([untagged], scene(registry).ports)).toEqual([]);
  });

  it('fails when it is absent, or when another image hides it', async () => {
    const registry = new MemoryRegistry();
    await expect(checkPulled([pushed], scene(registry).ports)).rejects.toMatchObject({ kind: 'not-found' });
    registry.put('shop/web', '1', memoryImage({ other: 1 }));
    await expect(checkPulled([pushed], scene(registry).ports)).rejects.toMatchObject({ kind: 'wrong-content' });
  });

  it.each<FailureKind>(['unavailable', 'tls-untrusted', 'unauthorized', 'denied'])(
    'is reported once, with the names, when the address answers with %s from here',
    async (kind) => {
      const registry = new MemoryRegistry();
      registry.head = () => Promise.reject(new SyncFailure(kind, 'HEAD: refused'));
      const other = { ...pushed, pull: { ...pushed.pull, path: 'shop/api' } };
      const [item, ...more] = await checkPulled([pushed, other], scene(registry).ports);
      expect(item).toMatchObject({ id: 'registry pull.example:30500', reason: 'pull-address-unchecked' });
      expect(item?.message).toContain('pull.example:30500/shop/web:1, pull.example:30500/shop/api:1');
      expect(more).toEqual([]);
    },
  );

  it('ends with the run, and with what is no answer at all', async () => {
    const registry = new MemoryRegistry();
    registry.head = () => Promise.reject(new SyncFailure('interrupted', 'the run was stopped'));
    await expect(checkPulled([pushed], scene(registry).ports)).rejects.toMatchObject({ kind: 'interrupted' });
    registry.head = () => Promise.reject(new Error('a defect'));
    await expect(checkPulled([pushed], scene(registry).ports)).rejects.toThrow('a defect');
  });
});

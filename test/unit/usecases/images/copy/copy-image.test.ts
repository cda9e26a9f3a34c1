import { describe, expect, it } from 'vitest';

import type { ImageLocation } from '../../../../../src/domain/oci/image-location.ts';
import { SyncFailure, type FailureKind } from '../../../../../src/domain/oci/failure.ts';
import { copyImage } from '../../../../../src/usecases/images/copy/copy-image.ts';
import {
  memoryImage,
  memoryIndex,
  memoryJob,
  memoryPorts,
  type MemoryPorts,
} from '../../../../fakes/memory-registry.ts';

const image = memoryImage({ own: 10 });

function failing(kind: FailureKind, times: number, retryAfterMilliseconds?: number) {
  return (_job: unknown, attempt: number): void => {
    if (attempt <= times)
      throw new SyncFailure(kind, `${kind} at attempt ${String(attempt)}`, { retryAfterMilliseconds });
  };
}

async function bring(
  ports: MemoryPorts,
  {
    missing = ['1'],
    presentTag,
    retries = 5,
    manifest = image,
  }: {
    missing?: string[];
    presentTag?: string;
    retries?: number;
    manifest?: typeof image;
  } = {},
): Promise<{ attempts: number; throttled: boolean }> {
  const tries = { attempts: 0, throttled: false };
  ports.from.put('shop/web', '1', manifest);
  const checked = { job: memoryJob(manifest, missing), missing, presentTag, items: [] };
  const arrived = new Map<string, ImageLocation>();
  const onThrottle = (): void => {
    tries.throttled = true;
  };
  await copyImage({ checked, blobs: [], arrived, retries, tries, onThrottle }, ports);
  return tries;
}

describe('copyImage', () => {
  it('copies once and sets the further tags without another copy', async () => {
    const ports = memoryPorts();
    await bring(ports, { missing: ['1', '2', '3'] });
    expect(ports.copied).toEqual(['b.example/new/web:1']);
    for (const tag of ['1', '2', '3']) expect((await ports.to.head('new/web', tag))?.digest).toBe(image.digest);
  });

  it('copies nothing when the image is there under another tag', async () => {
    const ports = memoryPorts();
    ports.to.put('new/web', 'old', image);
    await bring(ports, { missing: ['1'], presentTag: 'old' });
    expect(ports.copied).toEqual([]);
    expect((await ports.to.head('new/web', '1'))?.digest).toBe(image.digest);
  });

  it.each<FailureKind>(['unavailable', 'rate-limited'])('tries again after %s', async (kind) => {
    const ports = memoryPorts({ beforeCopy: failing(kind, 3) });
    expect(await bring(ports)).toEqual({ attempts: 4, throttled: kind === 'rate-limited' });
    expect(ports.pauses).toHaveLength(3);
    expect(ports.warnings[0]).toContain('trying again in 0.5 s');
  });

  it('waits for as long as the registry asks', async () => {
    const ports = memoryPorts({ beforeCopy: failing('rate-limited', 1, 7000) });
    await bring(ports);
    expect(ports.pauses).toEqual([7000]);
  });

  it('waits in any case, and not for hours', async () => {
    const hasty = memoryPorts({ beforeCopy: failing('rate-limited', 1, 0) });
    await bring(hasty);
    expect(hasty.pauses).toEqual([500]);
    const patient = memoryPorts({ beforeCopy: failing('rate-limited', 1, 3_600_000) });
    await expect(bring(patient)).rejects.toThrow('rate-limited at attempt 1');
    expect(patient.pauses).toEqual([]);
  });

  it('gives up after the allowed number of tries', async () => {
    const ports = memoryPorts({ beforeCopy: failing('unavailable', 9) });
    await expect(bring(ports, { retries: 2 })).rejects.toThrow('unavailable at attempt 3');
  });

  it.each<FailureKind>(['denied', 'not-found', 'unsupported', 'tls-untrusted', 'unauthorized'])(
    'does not try again after %s',
    async (kind) => {
      const ports = memoryPorts({ beforeCopy: failing(kind, 1) });
      await expect(bring(ports)).rejects.toMatchObject({ kind });
      expect(ports.copied).toHaveLength(1);
    },
  );

  it('tries again at once with a renewed login', async () => {
    const ports = memoryPorts({ beforeCopy: failing('unauthorized', 2), renewLogin: () => Promise.resolve(true) });
    expect(await bring(ports)).toMatchObject({ attempts: 3 });
    expect(ports.pauses).toEqual([0, 0]);
  });

  it('tries wrong content once more, not twice', async () => {
    const once = memoryPorts({ beforeCopy: failing('wrong-content', 1) });
    expect(await bring(once)).toMatchObject({ attempts: 2 });
    const twice = memoryPorts({ beforeCopy: failing('wrong-content', 2) });
    await expect(bring(twice)).rejects.toMatchObject({ kind: 'wrong-content' });
  });

  it('does not believe a copy whose tag means something else', async () => {
    const ports = memoryPorts();
    ports.to.read = () => Promise.resolve(memoryImage({ other: 1 }));
    await expect(bring(ports)).rejects.toThrow(
      /proving b\.example\/new\/web:1: planned sha256:.*, the destination has sha256:/,
    );
  });

  it('does not believe a copy whose tag is missing', async () => {
    const ports = memoryPorts();
    ports.to.read = () => Promise.resolve(undefined);
    await expect(bring(ports)).rejects.toThrow('the tag is not there after the copy');
  });

  it('does not believe an index without its platforms', async () => {
    const ports = memoryPorts();
    const index = memoryIndex([image, memoryImage({ lost: 1 })]);
    await expect(bring(ports, { manifest: index })).rejects.toThrow(/the index lacks sha256:/);
  });

  it('does not believe a further tag that does not appear', async () => {
    const ports = memoryPorts();
    ports.to.tag = () => Promise.resolve();
    await expect(bring(ports, { missing: ['1', '2'] })).rejects.toThrow('proving b.example/new/web:2');
  });

  it('stops between tries when the run is stopped', async () => {
    const ports = memoryPorts({
      beforeCopy: () => {
        ports.controller.abort();
        throw new SyncFailure('unavailable', 'cut');
      },
    });
    await expect(bring(ports)).rejects.toMatchObject({ kind: 'interrupted' });
  });

  it('stops while it waits for the next try', async () => {
    const ports = memoryPorts({ beforeCopy: failing('unavailable', 9) });
    const stopping = {
      ...ports,
      pause: () => {
        ports.controller.abort();
        return Promise.reject(new Error('stopped'));
      },
    };
    await expect(bring(stopping)).rejects.toMatchObject({ kind: 'interrupted' });
    expect(ports.copied).toHaveLength(1);
  });
});

async function* nothing(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(new Uint8Array());
}

describe('an image that the copying program refuses', () => {
  it.each(['unsupported', 'refused', 'unauthorized', 'denied'] as const)(
    'is copied byte by byte after %s',
    async (kind) => {
      const ports = memoryPorts({ beforeCopy: failing(kind, 9) });
      for (const name of ['own', 'config']) ports.from.blobs.set(name, new Uint8Array());
      ports.to.hasBlob = () => Promise.resolve(true);
      await bring(ports);
      expect((await ports.to.read('new/web', '1'))?.digest).toBe(image.digest);
    },
  );

  it.each(['blob-missing', 'unavailable', 'rate-limited'] as const)(
    'is copied byte by byte again after %s',
    async (kind) => {
      const ports = memoryPorts({ beforeCopy: failing('refused', 9) });
      const read = ports.from.readBlob.bind(ports.from);
      ports.from.readBlob = (path, blob) => (ports.from.blobs.size > 0 ? read(path, blob) : nothing());
      ports.to.hasBlob = () => Promise.resolve(true);
      const put = ports.to.tag.bind(ports.to);
      let puts = 0;
      ports.to.tag = (...args) => {
        puts += 1;
        return puts === 1 ? Promise.reject(new SyncFailure(kind, 'PUT')) : put(...args);
      };
      await bring(ports);
      expect((await ports.to.read('new/web', '1'))?.digest).toBe(image.digest);
      expect(ports.copied).toHaveLength(1);
    },
  );

  it('fails with what that program said when its bytes are refused too', async () => {
    const ports = memoryPorts({ beforeCopy: failing('refused', 9) });
    ports.to.hasBlob = () => Promise.reject(new SyncFailure('denied', 'HEAD: 403'));
    await expect(bring(ports)).rejects.toThrow('refused at attempt 1');
  });

  it.each(['quota-exceeded', 'repository-missing', 'not-found', 'tls-untrusted'] as const)(
    'is not tried again after %s',
    async (kind) => {
      const ports = memoryPorts({ beforeCopy: failing(kind, 9) });
      ports.to.hasBlob = () => Promise.resolve(true);
      await expect(bring(ports)).rejects.toMatchObject({ kind });
    },
  );
});

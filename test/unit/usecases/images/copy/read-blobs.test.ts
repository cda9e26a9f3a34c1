import { describe, expect, it } from 'vitest';

import type { Manifest } from '../../../../../src/domain/oci/registry.ts';
import { readBlobs } from '../../../../../src/usecases/images/copy/read-blobs.ts';
import { memoryImage, memoryIndex, MemoryRegistry } from '../../../../fakes/memory-registry.ts';

function place(registry: MemoryRegistry, manifest: Manifest): { host: string; path: string; digest: string } {
  registry.put('shop/web', manifest.digest, manifest);
  return { host: 'a.example', path: 'shop/web', digest: manifest.digest };
}

describe('readBlobs', () => {
  it('reads each manifest of an index once, however often it is named', async () => {
    const registry = new MemoryRegistry();
    const image = memoryImage({ own: 10 });
    place(registry, image);
    const asked: string[] = [];
    const watched = new MemoryRegistry();
    watched.read = (path, reference) => {
      asked.push(reference);
      return registry.read(path, reference);
    };
    const inner = memoryIndex([image, image]);
    place(registry, inner);
    expect(await readBlobs(place(registry, memoryIndex([inner, image, inner])), watched)).toHaveLength(2);
    expect(asked).toHaveLength(3);
  });

  it('gives up on more manifests than an image has', async () => {
    const registry = new MemoryRegistry();
    const many = Array.from({ length: 1001 }, (_, number) => memoryImage({ [`own-${String(number)}`]: 1 }));
    await expect(readBlobs(place(registry, memoryIndex(many)), registry)).rejects.toMatchObject({
      kind: 'unsupported',
    });
  });

  it('gives up on indexes within indexes without end', async () => {
    const registry = new MemoryRegistry();
    let top = memoryImage({ own: 1 });
    for (let depth = 0; depth < 5; depth += 1) {
      place(registry, top);
      top = memoryIndex([top]);
    }
    await expect(readBlobs(place(registry, top), registry)).rejects.toMatchObject({ kind: 'unsupported' });
  });
});

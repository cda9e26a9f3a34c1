import { describe, expect, it } from 'vitest';

import { SyncFailure } from '../../../../../src/domain/oci/failure.ts';
import type { Manifest } from '../../../../../src/domain/oci/registry.ts';
import { copyContent } from '../../../../../src/usecases/images/copy/copy-content.ts';
import { memoryImage, memoryIndex, memoryPorts, type MemoryPorts } from '../../../../fakes/memory-registry.ts';

const image = memoryImage({ own: 1 });

function portsWith(...manifests: readonly Manifest[]): MemoryPorts {
  const ports = memoryPorts();
  for (const manifest of manifests) ports.from.put('shop/web', manifest.digest, manifest);
  ports.to.hasBlob = () => Promise.resolve(true);
  return ports;
}

function copy(
  ports: MemoryPorts,
  { digest }: Manifest,
  expected: { readonly subject?: string; readonly believes?: boolean } = {},
): Promise<Manifest> {
  const source = { host: 'a.example', path: 'shop/web' };
  const destination = { host: 'b.example', path: 'new/web' };
  return copyContent({ source, destination, digest, ...expected }, ports);
}

describe('a manifest that is copied byte by byte', () => {
  it('brings indexes within indexes, each manifest once', async () => {
    const inner = memoryIndex([image, image]);
    const outer = memoryIndex([inner, image]);
    const ports = portsWith(image, inner, outer);
    expect((await copy(ports, outer)).digest).toBe(outer.digest);
    expect(await ports.to.read('new/web', inner.digest)).toBeDefined();
    expect(await ports.to.read('new/web', image.digest)).toBeDefined();
  });

  it('is refused when it refers to another image', async () => {
    const ports = portsWith(image);
    await expect(copy(ports, image, { subject: `sha256:${'0'.repeat(64)}` })).rejects.toMatchObject({
      kind: 'wrong-content',
    });
  });

  it('is refused when it is nested without end, or names too many manifests', async () => {
    const chain = [image];
    for (let depth = 0; depth < 5; depth += 1) chain.push(memoryIndex(chain.slice(-1)));
    const [deepest = image] = chain.slice(-1);
    await expect(copy(portsWith(...chain), deepest)).rejects.toMatchObject({ kind: 'unsupported' });
    const many = Array.from({ length: 1001 }, (_, number) => memoryImage({ [`own-${String(number)}`]: 1 }));
    const wide = memoryIndex(many);
    await expect(copy(portsWith(...many, wide), wide)).rejects.toMatchObject({ kind: 'unsupported' });
  });

  it('must be at the source', async () => {
    await expect(copy(portsWith(), image)).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('uploads a blob again when the registry loses the upload, and when it lacks what it says to have', async () => {
    const ports = portsWith(image);
    const blobs = (JSON.parse(new TextDecoder().decode(image.bytes)) as { layers: { digest: string }[] }).layers;
    for (const { digest } of blobs) ports.from.blobs.set(`shop/web@${digest}`, new TextEncoder().encode('own'));
    ports.from.readBlob = async function* () {
      yield await Promise.resolve(new TextEncoder().encode('own'));
    };
    const write = ports.to.writeBlob.bind(ports.to);
    let tries = 0;
    ports.to.writeBlob = async (...args) => {
      tries += 1;
      if (tries === 1) throw new SyncFailure('unavailable', 'the upload is unknown');
      await write(...args);
    };
    ports.to.hasBlob = () => Promise.resolve(false);
    await copy(ports, image);
    expect(tries).toBe(3);
    ports.to.hasBlob = () => Promise.resolve(true);
    await copy(ports, image, { believes: false });
    expect(tries).toBe(5);
  });
});

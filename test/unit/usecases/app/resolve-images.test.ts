import { describe, expect, it } from 'vitest';

import { completeImageName } from '../../../../src/domain/app/image-inventory.ts';
import type { Resource } from '../../../../src/domain/kube/resource.ts';
import { SyncFailure } from '../../../../src/domain/oci/failure.ts';
import { resolveImages } from '../../../../src/usecases/app/resolve-images.ts';
import { memoryImage, memoryRegistry } from '../../../fakes/memory-registry.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const image = memoryImage({ layer: 1 });

function usedImage(name: string) {
  const location = completeImageName(name);
  if (location === undefined) throw new Error(`invalid image ${name}`);
  return { location, names: [name], usedBy: [] };
}

const pod: Resource = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web' },
  spec: { containers: [{ name: 'a', image: 'r.test/running:1' }] },
  status: { containerStatuses: [{ name: 'a', imageID: `r.test/running@${digest}` }] },
};

describe('resolveImages', () => {
  const hosts: string[] = [];
  const resolve = (name: string) =>
    resolveImages([usedImage(name)], [pod], (host) => {
      hosts.push(host);
      return memoryRegistry({ 'shop/web:1': image, 'shop/web:latest': image });
    });

  it.each([
    [`r.test/shop/web:1@${digest}`, digest, 'digest-in-name'],
    ['r.test/running:1', digest, 'digest-of-pod'],
    ['r.test/shop/web:1', image.digest, 'digest-of-registry'],
    ['r.test/shop/web', image.digest, 'digest-of-registry'],
  ])('%s has %s: %s', async (name, expected, reason) => {
    expect(await resolve(name)).toMatchObject([{ digest: expected, reason, names: [name] }]);
  });

  it('asks the registry of the image', async () => {
    await resolve('r.test/shop/web:1');
    expect(hosts.at(-1)).toBe('r.test');
  });

  it('refuses an image that the registry does not have', async () => {
    await expect(resolve('r.test/shop/web:2')).rejects.toThrow(SyncFailure);
  });
});

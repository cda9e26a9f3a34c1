import { describe, expect, it } from 'vitest';

import { SyncFailure, type FailureKind } from '../../../../src/domain/oci/failure.ts';
import { canAnyonePull, checkPublic } from '../../../../src/usecases/exports/check-public.ts';
import { memoryImage, memoryIndex, MemoryRegistry } from '../../../fakes/memory-registry.ts';

const image = memoryImage({ layer: 5 });

function registryWith(tags: readonly string[]): MemoryRegistry {
  const registry = new MemoryRegistry();
  for (const tag of tags) registry.put('team/web', tag, image);
  return registry;
}

function refusing(kind: FailureKind): MemoryRegistry {
  const registry = new MemoryRegistry();
  const refuse = (): never => {
    throw new SyncFailure(kind, 'asking');
  };
  registry.listTags = () => Promise.resolve().then(refuse);
  registry.read = () => Promise.resolve().then(refuse);
  registry.loginScheme = () => Promise.resolve('bearer');
  return registry;
}

describe('a repository', () => {
  it('whose list of tags needs a login and whose tags do not is public', async () => {
    const anonymous = registryWith(['1']);
    anonymous.listTags = (path) => refusing('unauthorized').listTags(path);
    const check = await checkPublic('team/web', { anonymous, own: registryWith(['1']) });
    expect(check).toEqual({ isPublic: true, why: 'read-without-login' });
  });

  it('that everyone is refused, or does not see, is private', async () => {
    for (const anonymous of [refusing('unauthorized'), refusing('denied'), new MemoryRegistry()]) {
      const check = await checkPublic('team/web', { anonymous, own: registryWith(['1']) });
      expect(check).toEqual({ isPublic: false, why: 'login-needed' });
    }
  });

  it('of a registry that cannot be reached is not decided', async () => {
    const own = registryWith(['1']);
    await expect(checkPublic('team/web', { anonymous: refusing('unavailable'), own })).rejects.toMatchObject({
      kind: 'unavailable',
    });
    const anonymous = refusing('unauthorized');
    anonymous.head = (path, tag) => refusing('unavailable').read(path, tag);
    await expect(checkPublic('team/web', { anonymous, own })).rejects.toMatchObject({ kind: 'unavailable' });
  });
});

describe('pulling without a login', () => {
  const place = { path: 'team/web', digest: image.digest };

  it('needs the manifest and the configuration', async () => {
    const registry = registryWith(['1']);
    expect(await canAnyonePull(place, registry)).toBe(false);
    registry.hasBlob = () => Promise.resolve(true);
    expect(await canAnyonePull(place, registry)).toBe(true);
    expect(await canAnyonePull({ ...place, digest: 'absent' }, registry)).toBe(false);
    const index = memoryIndex([image]);
    registry.put('team/web', 'all', index);
    expect(await canAnyonePull({ ...place, digest: index.digest }, registry)).toBe(true);
  });

  it('is refused, or unknown', async () => {
    expect(await canAnyonePull(place, refusing('denied'))).toBe(false);
    expect(await canAnyonePull(place, refusing('unavailable'))).toBeUndefined();
    await expect(canAnyonePull(place, refusing('interrupted'))).rejects.toMatchObject({ kind: 'interrupted' });
  });
});

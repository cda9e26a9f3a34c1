import { describe, expect, it } from 'vitest';

import { fallbackTag, formatReferrers, type Referrer } from '../../../../../src/domain/oci/referrers.ts';
import { SyncFailure } from '../../../../../src/domain/oci/failure.ts';
import { findReferrers, type FoundOfJob } from '../../../../../src/usecases/images/copy/find-referrers.ts';
import type { Manifest } from '../../../../../src/domain/oci/registry.ts';
import { memoryImage, memoryIndex, memoryJob, memoryPorts } from '../../../../fakes/memory-registry.ts';

function referrerOf({ digest }: Manifest): Referrer {
  return { digest, descriptor: { digest } };
}

/** `subject <- referrer` of all that was found, as the names that a test gave. */
function linksOf(found: readonly FoundOfJob[], names: ReadonlyMap<string, string>): readonly string[] {
  const nameOf = (digest: string): string => names.get(digest) ?? digest;
  return found
    .flatMap((one) => ('found' in one ? one.found : []))
    .flatMap(({ subject, listed, tagged }) =>
      [...listed, ...tagged].map(({ digest }) => `${nameOf(subject)} <- ${nameOf(digest)}`),
    )
    .sort();
}

function namesOf(manifests: Readonly<Record<string, Manifest>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(manifests).map(([name, { digest }]) => [digest, name]));
}

function manifestsOf<T extends string>(...names: readonly T[]): Readonly<Record<T, Manifest>> {
  return Object.fromEntries(names.map((name) => [name, memoryImage({ [name]: 1 })])) as Record<T, Manifest>;
}

describe('what refers to images', () => {
  it('is found along chains of any length', async () => {
    const ports = memoryPorts();
    const chain = Array.from({ length: 12 }, (_, index) => memoryImage({ [String(index)]: 1 }));
    const [image = memoryImage({})] = chain;
    for (const [index, manifest] of chain.entries()) ports.from.put('shop/web', `m${String(index)}`, manifest);
    ports.from.referrersApi = new Map(
      chain
        .slice(0, -1)
        .map(({ digest }, index) => [`shop/web@${digest}`, chain.slice(index + 1, index + 2).map(referrerOf)]),
    );
    const found = await findReferrers([memoryJob(image)], ports);
    expect(linksOf(found, new Map())).toHaveLength(11);
  });

  it('is found once where it refers to itself in a circle', async () => {
    const ports = memoryPorts();
    const { image, one, two } = manifestsOf('image', 'one', 'two');
    for (const [tag, manifest] of Object.entries({ image, one, two })) ports.from.put('shop/web', tag, manifest);
    ports.from.referrersApi = new Map([
      [`shop/web@${image.digest}`, [referrerOf(one)]],
      [`shop/web@${one.digest}`, [referrerOf(two)]],
      [`shop/web@${two.digest}`, [referrerOf(one), referrerOf(two), referrerOf(image)]],
    ]);
    const found = await findReferrers([memoryJob(image)], ports);
    expect(linksOf(found, namesOf({ image, one, two }))).toEqual([
      'image <- one',
      'one <- two',
      'two <- image',
      'two <- one',
      'two <- two',
    ]);
  });

  it('is found in the API and under fallback tags, in turn', async () => {
    const ports = memoryPorts();
    const { image, one, two, three } = manifestsOf('image', 'one', 'two', 'three');
    for (const [tag, manifest] of Object.entries({ image, one, two, three })) ports.from.put('shop/web', tag, manifest);
    const putFallback = (subject: Manifest, referrer: Manifest): void => {
      const { text, mediaType } = formatReferrers([referrerOf(referrer)]);
      const index = { digest: `sha256:${'f'.repeat(64)}`, mediaType, bytes: new TextEncoder().encode(text) };
      ports.from.put('shop/web', fallbackTag(subject.digest), index);
    };
    putFallback(image, one);
    ports.from.referrersApi = new Map([[`shop/web@${one.digest}`, [referrerOf(two)]]]);
    putFallback(two, three);
    const found = await findReferrers([memoryJob(image)], ports);
    expect(linksOf(found, namesOf({ image, one, two, three }))).toEqual(['image <- one', 'one <- two', 'two <- three']);
  });

  it('is nothing where the tag that could list it means the image itself', async () => {
    const ports = memoryPorts();
    const { image } = manifestsOf('image');
    ports.from.put('shop/web', '1', image);
    ports.from.put('shop/web', fallbackTag(image.digest), image);
    const found = await findReferrers([memoryJob(image)], ports);
    expect(linksOf(found, namesOf({ image }))).toEqual([]);
    expect(found).not.toContainEqual(expect.objectContaining({ error: expect.anything() as unknown }));
  });

  it('is looked for in each repository, whatever the other ones of the registry answer', async () => {
    const ports = memoryPorts();
    const { image, other, signature } = manifestsOf('image', 'other', 'signature');
    ports.from.put('shop/gone', '1', other);
    ports.from.put('shop/web', '1', image);
    ports.from.put('shop/web', 's', signature);
    const api = new Map([[`shop/web@${image.digest}`, [referrerOf(signature)]]]);
    // The registry answers 404 for one repository.
    ports.from.referrers = (path, digest) =>
      Promise.resolve(path === 'shop/gone' ? undefined : (api.get(`${path}@${digest}`) ?? []));
    const jobs = [memoryJob(other, ['1'], 'gone'), memoryJob(image)];
    const names = namesOf({ image, other, signature });
    const found = await findReferrers(jobs.slice(0, 1), ports);
    expect(linksOf(found, names)).toEqual([]);
    expect(linksOf(await findReferrers(jobs, ports), names)).toEqual(['image <- signature']);
  });

  it('is looked for although the registry has no answer about one manifest of the repository', async () => {
    const ports = memoryPorts();
    const { amd64, arm64, signature } = manifestsOf('amd64', 'arm64', 'signature');
    const image = memoryIndex([amd64, arm64]);
    for (const [tag, manifest] of Object.entries({ image, amd64, arm64, signature }))
      ports.from.put('shop/web', tag, manifest);
    const asked: string[] = [];
    ports.from.referrers = (_path, digest) => {
      asked.push(digest);
      if (digest === amd64.digest) return Promise.resolve(undefined);
      return Promise.resolve(digest === arm64.digest ? [referrerOf(signature)] : []);
    };
    const found = await findReferrers([memoryJob(image), memoryJob(image, ['2'])], ports);
    expect(new Set(linksOf(found, namesOf({ arm64, signature })))).toEqual(new Set(['arm64 <- signature']));
  });
});

describe('what refers to images without end', () => {
  it('is a failure by its number', async () => {
    const ports = memoryPorts();
    const image = memoryImage({ image: 1 });
    ports.from.put('shop/web', '1', image);
    let count = 0;
    ports.from.referrers = () => {
      const digests = Array.from({ length: 500 }, () => `sha256:${String((count += 1)).padStart(64, '0')}`);
      return Promise.resolve(digests.map((digest) => ({ digest, descriptor: { digest } })));
    };
    const [found] = await findReferrers([memoryJob(image)], ports);
    expect(found).toMatchObject({ error: { kind: 'referrers-unbounded', code: 'registry-refused' } });
    expect(count).toBeLessThan(100_000);
  });

  it('is a failure by its size', async () => {
    const ports = memoryPorts();
    const { image, one, two } = manifestsOf('image', 'one', 'two');
    for (const [tag, manifest] of Object.entries({ image, one, two })) ports.from.put('shop/web', tag, manifest);
    const large = ({ digest }: Manifest): Referrer => ({
      digest,
      descriptor: { digest, annotations: 'x'.repeat(2e7) },
    });
    ports.from.referrersApi = new Map([
      [`shop/web@${image.digest}`, [large(one)]],
      [`shop/web@${one.digest}`, [large(two)]],
    ]);
    const [found] = await findReferrers([memoryJob(image)], ports);
    expect(found).toMatchObject({ error: { kind: 'referrers-unbounded' } });
  });
});

describe('the search for what refers to images', () => {
  it('asks for each tag where the list of tags cannot be read', async () => {
    const ports = memoryPorts();
    const { image, signature } = manifestsOf('image', 'signature');
    ports.from.put('shop/web', '1', image);
    ports.from.put('shop/web', `${image.digest.replace(':', '-')}.sig`, signature);
    ports.from.listTags = () => Promise.reject(new SyncFailure('wrong-content', 'listing: no tags'));
    const found = await findReferrers([memoryJob(image)], ports);
    expect(linksOf(found, namesOf({ image, signature }))).toEqual(['image <- signature']);
  });

  it('costs two requests for an image without any, and one for the tags of its repository', async () => {
    const ports = memoryPorts();
    const images = ['a', 'b', 'c', 'd'].map((name) => memoryImage({ [name]: 1 }));
    const asked: string[] = [];
    for (const [index, image] of images.entries()) ports.from.put('shop/web', String(index), image);
    const { from } = ports;
    const [listTags, read] = [from.listTags.bind(from), from.read.bind(from)];
    from.listTags = (path) => {
      asked.push('tags');
      return listTags(path);
    };
    from.read = (path, reference) => {
      asked.push('manifest');
      return read(path, reference);
    };
    from.referrers = () => {
      asked.push('referrers');
      return Promise.resolve(undefined);
    };
    await findReferrers(
      images.map((image) => memoryJob(image)),
      ports,
    );
    expect(asked.filter((what) => what === 'tags')).toHaveLength(1);
    expect(asked.filter((what) => what === 'referrers').length).toBeLessThanOrEqual(4);
    expect(asked).not.toContain('manifest');
  });
});

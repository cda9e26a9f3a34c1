import { location } from '../../../../builders/image-plan.ts';
import { describe, expect, it } from 'vitest';

import { parseImageExclude } from '../../../../../src/domain/images/plan/image-choice.ts';
import { parsePlacingRules, plainRules } from '../../../../../src/domain/images/plan/placing-rules.ts';
import { parseSourceFile } from '../../../../../src/domain/images/skopeo/source-file.ts';
import { expandSourceFile } from '../../../../../src/usecases/images/copy/expand-source-file.ts';
import { memoryImage, memoryPorts, type MemoryPorts } from '../../../../fakes/memory-registry.ts';
import { Redactor } from '../../../../../src/domain/core/secret.ts';

const redactor = new Redactor();

const [one, two, three] = [memoryImage({ one: 1 }), memoryImage({ two: 1 }), memoryImage({ three: 1 })];

function filledPorts(): MemoryPorts {
  const ports = memoryPorts();
  for (const [tag, image] of Object.entries({ '1.0': one, '1.1': two, latest: two, '2.0-rc1': three })) {
    ports.from.put('shop/web', tag, image);
  }
  return ports;
}

function expand(registry: object, ports = filledPorts(), { rules = plainRules('new'), exclude = '' } = {}) {
  return expandSourceFile(
    {
      kind: 'source-file',
      file: parseSourceFile([{ 'a.example': registry }], 'source.yaml', redactor),
      target: { host: 'b.example', path: 'new' },
      rules,
      excluded: parseImageExclude(exclude),
      planName: 'source.plan.json',
      sourceRegistry: 'a.example',
      destinationRegistry: 'b.example',
    },
    ports,
  );
}

const tagsOf = ({ images }: Awaited<ReturnType<typeof expand>>): readonly string[] =>
  images.flatMap(({ tags }) => tags).sort();

describe('expandSourceFile', () => {
  it('pins all tags of an empty list, one image for all tags with one digest', async () => {
    const plan = await expand({ images: { 'shop/web': [] } });
    expect(plan.images.map(({ digest, tags, reason }) => [digest, tags, reason])).toEqual(
      [
        [one.digest, ['1.0'], 'all-tags'],
        [two.digest, ['1.1', 'latest'], 'all-tags'],
        [three.digest, ['2.0-rc1'], 'all-tags'],
      ].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    );
    expect(plan.images[0]?.destination).toEqual(location('b.example/new/web'));
  });

  it('chooses by a regular expression, matching anywhere as skopeo does', async () => {
    expect(tagsOf(await expand({ 'images-by-tag-regex': { 'shop/web': '\\.0' } }))).toEqual(['1.0', '2.0-rc1']);
    expect(tagsOf(await expand({ 'images-by-tag-regex': { 'shop/web': '^[0-9.]+$' } }))).toEqual(['1.0', '1.1']);
  });

  it('leaves out what is not wanted before it asks what it means', async () => {
    const ports = filledPorts();
    const asked: string[] = [];
    const head = ports.from.head.bind(ports.from);
    ports.from.head = (path, reference) => {
      asked.push(reference);
      return head(path, reference);
    };
    const plan = await expand({ images: { 'shop/web': [] } }, ports, { exclude: 'web:*-rc*,web:latest' });
    expect(tagsOf(plan)).toEqual(['1.0', '1.1']);
    expect(asked.sort()).toEqual(['1.0', '1.1']);
    expect(plan.skipped.map(({ image, reason }) => `${image} ${reason}`)).toEqual([
      'a.example/shop/web:2.0-rc1 excluded',
      'a.example/shop/web:latest excluded',
    ]);
  });

  it('sets a listed name aside that is not a tag', async () => {
    const ports = filledPorts();
    ports.from.listTags = () => Promise.resolve(['1.0', '../../other/manifests/1', '-x']);
    const plan = await expand({ images: { 'shop/web': [] } }, ports);
    expect(tagsOf(plan)).toEqual(['1.0']);
    expect(plan.problems.map(({ image, reason }) => [image, reason])).toEqual([
      ['a.example/shop/web:-x', 'invalid-entry'],
      ['a.example/shop/web:../../other/manifests/1', 'invalid-entry'],
    ]);
  });

  it('chooses by versions', async () => {
    expect(tagsOf(await expand({ 'images-by-semver': { 'shop/web': '>= 1.1' } }))).toEqual(['1.1']);
    expect(tagsOf(await expand({ 'images-by-semver': { 'shop/web': '>= 1.1-0' } }))).toEqual(['1.1', '2.0-rc1']);
  });

  it('gives an image that is only named by its digest a tag of its own', async () => {
    const plan = await expand({ images: { 'shop/web': [one.digest] } });
    expect(plan.images).toMatchObject([{ digest: one.digest, tags: [`digest-${one.digest.slice(7, 23)}`] }]);
  });

  it('makes a problem of each entry that cannot be followed, and plans the others', async () => {
    const plan = await expand({
      images: { 'shop/web': ['1.0', '9'], 'shop/gone': [], Shop: [] },
      'images-by-tag-regex': { 'shop/web': '(?=x)' },
      'images-by-semver': { 'shop/web': 'newest' },
    });
    expect(tagsOf(plan)).toEqual(['1.0']);
    expect(plan.problems.map(({ image, reason }) => [image, reason])).toEqual([
      ['a.example/Shop', 'invalid-entry'],
      ['a.example/shop/gone', 'not-found'],
      ['a.example/shop/web', 'invalid-file'],
      ['a.example/shop/web', 'invalid-file'],
      ['a.example/shop/web:9', 'registry-refused'],
    ]);
  });

  it('says of a repository without a fitting tag that nothing was chosen', async () => {
    const ports = filledPorts();
    expect((await expand({ 'images-by-tag-regex': { 'shop/web': 'x$' } }, ports)).skipped).toMatchObject([
      { image: 'a.example/shop/web', reason: 'no-tags', message: 'no tag of the source repository fits' },
    ]);
    ports.from.listTags = () => Promise.resolve([]);
    expect((await expand({ images: { 'shop/web': [] } }, ports)).skipped).toMatchObject([{ reason: 'no-tags' }]);
  });

  it('warns of keys that mean nothing', async () => {
    const ports = filledPorts();
    await expand({ images: {}, imagse: {} }, ports);
    expect(ports.warnings.join()).toContain('imagse');
  });

  it('refuses two images for one name, and takes them apart when a mapping says so', async () => {
    const ports = filledPorts();
    ports.from.put('other/web', '1.0', two);
    const both = { images: { 'shop/web': ['1.0'], 'other/web': ['1.0'] } };
    await expect(expand(both, ports)).rejects.toMatchObject({ code: 'name-collision' });
    const rules = parsePlacingRules([{ 'keep-path': true }], 'map.yaml', '');
    expect((await expand(both, ports, { rules })).images.map(({ destination }) => destination)).toEqual([
      location('b.example/other/web'),
      location('b.example/shop/web'),
    ]);
  });
});

import { describe, expect, it } from 'vitest';

import { planValues, type ValuesInput } from '../../../../src/domain/app/plan-values.ts';
import { placeImages } from '../../../../src/domain/app/place-images.ts';
import { anArchivedImage } from '../../../builders/archived-image.ts';
import { refusalOf } from '../../../builders/task-error.ts';

const old = `sha256:${'a'.repeat(64)}`;
const pushed = `sha256:${'b'.repeat(64)}`;

function images(...names: readonly (readonly string[])[]): ValuesInput['images'] {
  const target = { host: 'r.example', pullHost: 'r.example', namespace: 'team', name: undefined, tag: undefined };
  const archived = names.map((each) => anArchivedImage({ names: each }));
  return placeImages(archived, target).map((placed) => ({ ...placed, digest: pushed }));
}

function plan(change: Partial<ValuesInput>) {
  const input = { values: {}, defaults: {}, images: [], domains: new Map(), appName: undefined, ...change };
  const { edits, inLists, unnamed } = planValues(input);
  const show = (list: typeof edits) => list.map(({ path, before, value, why }) => [path.join('.'), before, value, why]);
  return { edits: show(edits), inLists: show(inLists), unnamed };
}

describe('planValues', () => {
  it('changes images of the values and of the defaults', () => {
    const values = { web: { image: 'old.example/web:1' } };
    const defaults = { web: { image: 'unused' }, db: { image: { repository: 'old.example/db', tag: '2' } } };
    expect(plan({ values, defaults, images: images(['old.example/web:1'], ['old.example/db:2']) })).toEqual({
      edits: [
        ['web.image', 'old.example/web:1', 'r.example/team/web:1', 'image'],
        ['db.image.repository', 'old.example/db', 'r.example/team/db', 'image'],
      ],
      inLists: [],
      unnamed: [],
    });
  });

  it('names a pinned image by the digest that it was pushed with, and by a tag only where it had one', () => {
    const values = { a: `old.example/web@${old}`, b: `old.example/api:1@${old}` };
    const found = plan({ values, images: images([`old.example/web@${old}`], [`old.example/api:1@${old}`]) });
    expect(found.edits.map(([, , value]) => value)).toEqual([
      `r.example/team/web@${pushed}`,
      `r.example/team/api:1@${pushed}`,
    ]);
  });

  it('gives a tag the image that has it, beside one that had it once', () => {
    const target = { host: 'r.example', pullHost: 'r.example', namespace: 'team', name: undefined, tag: undefined };
    const pinned = { names: ['old.example/web:digest-aaaaaaaaaaaaaaaa'], source: `old.example/web:1@${old}` };
    const archived = [anArchivedImage(pinned), anArchivedImage({ names: ['old.example/web:1'] })];
    const placed = placeImages(archived, target).map((each, index) => ({
      ...each,
      digest: index === 0 ? old : pushed,
    }));
    const values = { a: { image: `old.example/web:1@${old}` }, b: { image: 'old.example/web:1' } };
    expect(plan({ values, images: placed }).edits.map(([path, , value]) => [path, value])).toEqual([
      ['a.image', `r.example/team/web:digest-aaaaaaaaaaaaaaaa@${old}`],
      ['b.image', 'r.example/team/web:1'],
    ]);
  });

  it('names images that no value has', () => {
    const [image] = images(['old.example/web:1']);
    const unreadable = { ...anArchivedImage({ names: ['Not a name'], source: `old.example/web@${old}` }) };
    const all = image === undefined ? [] : [image, { ...image, image: unreadable }];
    expect(plan({ images: all }).unnamed).toEqual(['r.example/team/web:1', 'r.example/team/web:1']);
  });

  it('sets the one image of an application of Epinio, whatever the archive calls it', () => {
    const epinio = { appName: 'web', imageURL: '127.0.0.1:30500/apps/workspace-web:1' };
    const values = { epinio };
    const edit = ['epinio.imageURL', epinio.imageURL, 'r.example/team/other:2', 'image'];
    expect(plan({ values, images: images(['x/other:2']) })).toMatchObject({ edits: [edit], unnamed: [] });
    const named = images(['127.0.0.1:30500/apps/workspace-web:1']);
    expect(plan({ values, images: named }).edits).toHaveLength(1);
    expect(plan({ values: { epinio: {} }, images: images(['x/other:2']) }).edits).toEqual([]);
    expect(plan({ values, images: images(['x/other:2'], ['x/more:2']) }).edits).toEqual([]);
  });

  it('changes domains and the name of the application, and nothing that is the same', () => {
    const domains = new Map([['old.example', 'new.example']]);
    const values = { host: 'web.old.example', epinio: { appName: 'web' } };
    expect(plan({ values, domains, appName: 'shop' }).edits).toEqual([
      ['host', 'web.old.example', 'web.new.example', 'route'],
      ['epinio.appName', 'web', 'shop', 'app-name'],
    ]);
    expect(plan({ values, appName: 'web' }).edits).toEqual([]);
  });

  it('does not take a registry for a route', () => {
    const domains = new Map([['old.example', 'new.example']]);
    const image = { registry: 'registry.old.example', repository: 'shop/web', tag: '1.10' };
    const values = { image, other: { imageRegistry: 'registry.old.example', host: 'old.example' } };
    expect(plan({ values, domains, images: images(['registry.old.example/shop/web:1.10']) }).edits).toEqual([
      ['image.registry', 'registry.old.example', 'r.example', 'image'],
      ['image.repository', 'shop/web', 'team/web', 'image'],
      ['other.host', 'old.example', 'new.example', 'route'],
    ]);
  });

  it('does not change a value both as an image and as a route', () => {
    const domains = new Map([['old.example', 'new.example']]);
    const values = { web: { image: 'web.old.example' } };
    expect(plan({ values, domains, images: images(['docker.io/library/web.old.example:latest']) }).edits).toEqual([
      ['web.image', 'web.old.example', 'r.example/team/web.old.example', 'image'],
    ]);
  });

  it('refuses a name of the application that is not valid or that nothing reads', () => {
    const invalid = 'invalid-param: reading app-name';
    expect(refusalOf(() => plan({ values: { epinio: {} }, appName: 'shop' }))).toContain(invalid);
    expect(refusalOf(() => plan({ values: { epinio: { appName: 'web' } }, appName: 'Shop' }))).toContain(invalid);
    expect(plan({ defaults: { epinio: { appName: 'web' } }, appName: 'shop' }).edits).toHaveLength(1);
  });

  it('does not change lists that only the defaults have', () => {
    const domains = new Map([['old.example', 'new.example']]);
    const defaults = { hosts: [{ host: 'old.example' }] };
    const change = ['hosts.0.host', 'old.example', 'new.example', 'route'];
    expect(plan({ defaults, domains })).toMatchObject({ edits: [], inLists: [change] });
    expect(plan({ values: defaults, defaults, domains })).toMatchObject({ edits: [change], inLists: [] });
  });
});

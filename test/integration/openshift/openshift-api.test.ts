import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, listAt, stringAt } from '../../../testbed/openshift/json.ts';
import { startEnvironment, type Environment } from '../../../testbed/openshift/testing/environment.ts';
import { aliasTag, imageApi, streamBody, type ImageApi } from '../../../testbed/openshift/testing/image-api.ts';

let environment: Environment;
let ask: ImageApi['ask'];
let patch: ImageApi['patch'];

beforeAll(async () => {
  environment = await startEnvironment();
  ({ ask, patch } = imageApi(environment.kube));
  await environment.createNamespace('app');
});

afterAll(async () => environment.stop());

describe('image streams', () => {
  it('drop the status of an exported stream on create, so tag history does not travel with the YAML', async () => {
    const status = {
      dockerImageRepository: 'elsewhere/app/old',
      tags: [{ tag: 'v1', items: [{ image: 'sha256:1', created: '2020-01-01T00:00:00Z' }] }],
    };
    const created = await ask('POST', 'namespaces/app/imagestreams', streamBody('exported', {}, { status }));
    expect(created.status).toBe(201);
    expect(created.body['status']).toEqual({
      dockerImageRepository: `${environment.config.internalHost}/app/exported`,
      publicDockerImageRepository: `${environment.config.publicHost}/app/exported`,
    });
    expect((await ask('GET', 'namespaces/app/imagestreamtags/exported:v1')).status).toBe(404);
  });

  it('show what the server adds to a tag: null annotations, generation, import mode, reference policy', async () => {
    const tag = { name: 'v1', from: { kind: 'DockerImage', name: 'registry.public.test/a:1' }, reference: true };
    const { body } = await ask('POST', 'namespaces/app/imagestreams', streamBody('defaults', { tags: [tag] }));
    expect(listAt(body, 'spec', 'tags')).toEqual([
      {
        ...tag,
        annotations: null,
        generation: 1,
        importPolicy: { importMode: 'Legacy' },
        referencePolicy: { type: 'Source' },
      },
    ]);
    expect(at(body, 'spec', 'lookupPolicy')).toEqual({ local: false });
  });

  it('keep a reference that is not to be looked up as it is written, without an image', async () => {
    const { body } = await ask('GET', 'namespaces/app/imagestreams/defaults');
    expect(listAt(body, 'status', 'tags')).toMatchObject([
      { tag: 'v1', items: [{ dockerImageReference: 'registry.public.test/a:1', image: '' }] },
    ]);
    expect((await ask('GET', 'namespaces/app/imagestreamtags/defaults:v1')).status).toBe(404);
  });

  it('carry uid, creation time and a resourceVersion that grows', async () => {
    const first = await ask('POST', 'namespaces/app/imagestreams', streamBody('versions'));
    const changed = await ask(
      'PUT',
      'namespaces/app/imagestreams/versions',
      streamBody('versions', { lookupPolicy: { local: true } }),
    );
    expect(stringAt(first.body, 'metadata', 'uid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(stringAt(first.body, 'metadata', 'creationTimestamp')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(Number(stringAt(changed.body, 'metadata', 'resourceVersion'))).toBeGreaterThan(
      Number(stringAt(first.body, 'metadata', 'resourceVersion')),
    );
    expect(at(changed.body, 'metadata', 'generation')).toBe(2);
  });

  it('refuse an update of an older version', async () => {
    const metadata = { name: 'versions', resourceVersion: '1' };
    const answer = await ask('PUT', 'namespaces/app/imagestreams/versions', streamBody('versions', {}, { metadata }));
    expect(answer).toMatchObject({ status: 409, body: { reason: 'Conflict' } });
  });

  it('are refused in a namespace that does not exist, twice, and with an invalid name', async () => {
    expect((await ask('POST', 'namespaces/nowhere/imagestreams', streamBody('x'))).status).toBe(404);
    expect(await ask('POST', 'namespaces/app/imagestreams', streamBody('versions'))).toMatchObject({
      status: 409,
      body: { reason: 'AlreadyExists' },
    });
    expect((await ask('POST', 'namespaces/app/imagestreams', streamBody('Not_a_name'))).status).toBe(422);
  });

  it('are tried, not kept, in a dry run', async () => {
    expect((await ask('POST', 'namespaces/app/imagestreams?dryRun=All', streamBody('tried'))).status).toBe(201);
    expect((await ask('GET', 'namespaces/app/imagestreams/tried')).status).toBe(404);
  });

  it('take merge patches, JSON patches and server-side apply, which also creates', async () => {
    const path = 'namespaces/app/imagestreams/patched';
    const applied = await patch(
      `${path}?fieldManager=test`,
      streamBody('patched', { tags: [aliasTag('a', 'x')] }),
      'apply-patch+yaml',
    );
    const again = await patch(
      `${path}?fieldManager=test`,
      streamBody('patched', { tags: [aliasTag('b', 'x')] }),
      'apply-patch+yaml',
    );
    const merged = await patch(path, { metadata: { labels: { team: 'web' } } }, 'merge-patch+json');
    const operated = await patch(
      path,
      [
        { op: 'remove', path: '/spec/tags/0' },
        { op: 'add', path: '/metadata/annotations', value: { 'a/b': 'c' } },
      ],
      'json-patch+json',
    );
    expect([applied.status, again.status, merged.status, operated.status]).toEqual([201, 200, 200, 200]);
    expect(listAt(again.body, 'spec', 'tags').map((tag) => stringAt(tag, 'name'))).toEqual(['a', 'b']);
    expect(at(operated.body, 'metadata')).toMatchObject({ labels: { team: 'web' }, annotations: { 'a/b': 'c' } });
    expect(listAt(operated.body, 'spec', 'tags').map((tag) => stringAt(tag, 'name'))).toEqual(['b']);
    expect((await patch(path, { spec: {} }, 'unheard-of')).status).toBe(415);
  });
});

describe('collections of image streams', () => {
  it('are listed by label and field selector, in pages', async () => {
    await environment.createNamespace('pages');
    for (const name of ['c', 'a', 'e', 'b', 'd']) {
      const metadata = { name, labels: { half: name < 'c' ? 'first' : 'second', [name]: 'yes' } };
      await ask('POST', 'namespaces/pages/imagestreams', streamBody(name, {}, { metadata }));
    }
    const names = async (query: string): Promise<string[]> =>
      listAt((await ask('GET', `namespaces/pages/imagestreams?${query}`)).body, 'items').map(
        (item) => stringAt(item, 'metadata', 'name') ?? '',
      );
    expect(await names('labelSelector=half%3Dfirst')).toEqual(['a', 'b']);
    expect(await names('labelSelector=half+notin+(first,x),!e')).toEqual(['c', 'd']);
    expect(await names('fieldSelector=metadata.name%3Dd')).toEqual(['d']);
    const page = (await ask('GET', 'namespaces/pages/imagestreams?limit=2')).body;
    expect(at(page, 'metadata', 'remainingItemCount')).toBe(3);
    const token = stringAt(page, 'metadata', 'continue') ?? '';
    expect(await names(`limit=2&continue=${token}`)).toEqual(['c', 'd']);
    expect((await ask('GET', 'namespaces/pages/imagestreams?continue=bogus')).status).toBe(400);
  });

  it('go by name and all at once, but not when another uid was meant', async () => {
    const wrong = { preconditions: { uid: 'another' } };
    expect((await ask('DELETE', 'namespaces/pages/imagestreams/a', wrong)).status).toBe(409);
    expect((await ask('DELETE', 'namespaces/pages/imagestreams/a')).body).toMatchObject({
      kind: 'Status',
      status: 'Success',
    });
    expect((await ask('DELETE', 'namespaces/pages/imagestreams')).status).toBe(200);
    expect(listAt((await ask('GET', 'namespaces/pages/imagestreams')).body, 'items')).toEqual([]);
  });
});

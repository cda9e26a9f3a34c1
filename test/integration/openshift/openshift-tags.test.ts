import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, listAt, stringAt } from '../../../testbed/openshift/json.ts';
import { startEnvironment, type Environment } from '../../../testbed/openshift/testing/environment.ts';
import { aliasTag, group, imageApi, streamBody, type ImageApi } from '../../../testbed/openshift/testing/image-api.ts';

let environment: Environment;
let ask: ImageApi['ask'];
let patch: ImageApi['patch'];

beforeAll(async () => {
  environment = await startEnvironment();
  ({ ask, patch } = imageApi(environment.kube));
  await environment.createNamespace('app');
});

afterAll(async () => environment.stop());

describe('aliases', () => {
  it('resolve at once, copy the newest item only, and point at their own stream', async () => {
    const front = environment.front(await environment.createToken('app', { app: 'system:image-builder' }));
    await front.pushImage('app/base', 'latest', 'old');
    const newest = await front.pushImage('app/base', 'latest', 'new');
    const created = await ask(
      'POST',
      'namespaces/app/imagestreams',
      streamBody('follower', { tags: [aliasTag('stable', 'base:latest')] }),
    );
    const items = listAt(listAt(created.body, 'status', 'tags')[0], 'items');
    expect(items).toMatchObject([
      {
        image: newest.digest,
        dockerImageReference: `${environment.config.internalHost}/app/follower@${newest.digest}`,
      },
    ]);
    expect(items).toHaveLength(1);
    const pulled = await front.send('GET', '/v2/app/follower/manifests/stable');
    expect(pulled.body).toEqual(newest.body);
    await front.close();
  });

  it('need a stream to point to, though not a tag', async () => {
    expect(
      (await ask('POST', 'namespaces/app/imagestreams', streamBody('lost', { tags: [aliasTag('a', 'nobody:latest')] })))
        .status,
    ).toBe(422);
    const created = await ask(
      'POST',
      'namespaces/app/imagestreams',
      streamBody('early', { tags: [aliasTag('a', 'base:not-yet')] }),
    );
    expect(created.status).toBe(201);
    expect(at(created.body, 'status', 'tags')).toBeUndefined();
  });

  it('of the same stream follow a push', async () => {
    await ask('POST', 'namespaces/app/imagestreams', streamBody('tracked', { tags: [aliasTag('stable', 'latest')] }));
    const front = environment.front(await environment.createToken('app', { app: 'system:image-builder' }));
    const { digest } = await front.pushImage('app/tracked', 'latest', 'tracked');
    await front.close();
    const { body } = await ask('GET', 'namespaces/app/imagestreamtags/tracked:stable');
    expect(stringAt(body, 'image', 'metadata', 'name')).toBe(digest);
  });

  it('into another namespace need the right to pull there', async () => {
    await environment.createNamespace('secret');
    await ask('POST', 'namespaces/secret/imagestreams', streamBody('hidden'));
    const token = await environment.createToken('app', { app: 'system:openshift:aggregate-to-edit' });
    const user = await environment.kubeAs(token);
    const body = streamBody('spy', { tags: [aliasTag('a', 'hidden:latest', 'secret')] });
    const answer = await user.send({ method: 'POST', path: `${group}/namespaces/app/imagestreams`, body });
    await user.close();
    expect(answer.status).toBe(422);
    expect(stringAt(answer.body, 'message')).toContain('Forbidden: secret/hidden');
  });

  it('into a namespace that is missing are refused', async () => {
    const body = streamBody('stray', { tags: [aliasTag('a', 'web:latest', 'nowhere')] });
    const answer = await ask('POST', 'namespaces/app/imagestreams', body);
    expect(answer.status).toBe(422);
    expect(stringAt(answer.body, 'message')).toContain('spec.tags[a].from: Not found: "nowhere/web"');
  });
});

describe('image stream tags', () => {
  it('are created with their stream, shown with their image, listed without its metadata, and deleted', async () => {
    const body = {
      kind: 'ImageStreamTag',
      apiVersion: 'image.openshift.io/v1',
      metadata: { name: 'made:v1', annotations: { note: 'x' } },
      tag: aliasTag('', 'base:latest'),
    };
    const created = await ask('POST', 'namespaces/app/imagestreamtags', body);
    expect(created.status).toBe(201);
    const one = await ask('GET', 'namespaces/app/imagestreamtags/made%3Av1');
    expect(one.body).toMatchObject({
      metadata: { name: 'made:v1', annotations: { note: 'x' } },
      tag: { name: 'v1', from: { name: 'base:latest' } },
    });
    expect(at(one.body, 'image', 'dockerImageMetadata')).toMatchObject({
      kind: 'DockerImage',
      Architecture: 'amd64',
      Config: { Cmd: ['new'] },
    });
    const listed = listAt((await ask('GET', 'namespaces/app/imagestreamtags')).body, 'items').find(
      (item) => stringAt(item, 'metadata', 'name') === 'made:v1',
    );
    expect(at(listed, 'image', 'dockerImageMetadata')).toBeNull();
    expect(stringAt(listed, 'image', 'dockerImageReference')).toContain('/app/made@sha256:');
    expect((await ask('POST', 'namespaces/app/imagestreamtags', body)).status).toBe(409);
    expect((await ask('DELETE', 'namespaces/app/imagestreamtags/made:v1')).status).toBe(200);
    expect((await ask('GET', 'namespaces/app/imagestreamtags/made:v1')).status).toBe(404);
    expect((await ask('GET', 'namespaces/app/imagestreams/made')).status).toBe(200);
  });

  it('show the labels of their stream, and refuse others', async () => {
    await ask(
      'POST',
      'namespaces/app/imagestreams',
      streamBody('labelled', {}, { metadata: { name: 'labelled', labels: { app: 'x' } } }),
    );
    const body = (name: string, labels?: object): object => ({
      kind: 'ImageStreamTag',
      apiVersion: 'image.openshift.io/v1',
      metadata: { name, ...(labels === undefined ? {} : { labels }) },
      tag: aliasTag('', 'base:latest'),
    });
    const post = async (name: string, labels?: object): Promise<number> =>
      (await ask('POST', 'namespaces/app/imagestreamtags', body(name, labels))).status;
    const put = async (name: string, labels?: object) =>
      ask('PUT', `namespaces/app/imagestreamtags/${name}`, body(name, labels));
    expect(await post('labelled:v1', { app: 'y' })).toBe(422);
    expect(await post('unlabelled:v1', { app: 'x' })).toBe(422);
    expect(await post('labelled:v1')).toBe(201);
    expect(await put('labelled:v1', { app: 'x' })).toMatchObject({
      status: 200,
      body: { metadata: { labels: { app: 'x' } } },
    });
    const refused = await put('labelled:v1', { app: 'x', tier: 'front' });
    expect(refused.status).toBe(422);
    expect(stringAt(refused.body, 'message')).toContain('may not update fields other than metadata.annotations');
  });

  it('that only point have an item without a digest; a digest has no schedule', async () => {
    const from = { kind: 'DockerImage', name: 'registry.example/base:1' };
    const pointer = await ask(
      'POST',
      'namespaces/app/imagestreams',
      streamBody('pointer', { tags: [{ name: 'v1', from, reference: true }] }),
    );
    expect(listAt(listAt(pointer.body, 'status', 'tags')[0], 'items')).toMatchObject([
      { image: '', dockerImageReference: 'registry.example/base:1' },
    ]);
    const scheduled = { importPolicy: { scheduled: true } };
    const pinned = { kind: 'DockerImage', name: `registry.example/base@sha256:${'a'.repeat(64)}` };
    for (const [name, source, status] of [
      ['timed', from, 201],
      ['frozen', pinned, 422],
      ['aliased', { kind: 'ImageStreamTag', name: 'base:latest' }, 422],
    ] as const) {
      const body = streamBody(name, { tags: [{ name: 'v1', from: source, ...scheduled }] });
      expect((await ask('POST', 'namespaces/app/imagestreams', body)).status).toBe(status);
    }
  });

  it('are applied and patched, and refuse names without a tag', async () => {
    const body = {
      kind: 'ImageStreamTag',
      apiVersion: 'image.openshift.io/v1',
      metadata: { name: 'applied:v1' },
      tag: aliasTag('', 'base:latest'),
    };
    const text = JSON.stringify(body);
    expect(await environment.kubectl(['apply', '--server-side', '-n', 'app', '-f', '-'], text)).toContain(
      'applied:v1 serverside-applied',
    );
    expect(await environment.kubectl(['apply', '--server-side', '-n', 'app', '-f', '-'], text)).toContain(
      'applied:v1 serverside-applied',
    );
    const patched = await patch(
      'namespaces/app/imagestreamtags/applied:v1',
      { tag: { referencePolicy: { type: 'Local' } } },
      'merge-patch+json',
    );
    expect(at(patched.body, 'tag', 'referencePolicy', 'type')).toBe('Local');
    expect((await ask('GET', 'namespaces/app/imagestreamtags/applied')).status).toBe(400);
  });
});

describe('the other resources', () => {
  it('show tags that never got an image as imagetags, images by digest and by stream, and all images of the cluster', async () => {
    const digest =
      stringAt((await ask('GET', 'namespaces/app/imagestreamtags/base:latest')).body, 'image', 'metadata', 'name') ??
      '';
    const tag = await ask('GET', 'namespaces/app/imagetags/early:a');
    expect(tag.body).toMatchObject({ kind: 'ImageTag', spec: { name: 'a' }, status: null, image: null });
    const listed = listAt((await ask('GET', 'namespaces/app/imagetags')).body, 'items').map((item) =>
      stringAt(item, 'metadata', 'name'),
    );
    expect(listed).toContain('early:a');
    const image = await ask('GET', `namespaces/app/imagestreamimages/base@${digest}`);
    expect(image.body).toMatchObject({
      kind: 'ImageStreamImage',
      metadata: { name: `base@${digest}` },
      image: { metadata: { name: digest } },
    });
    expect((await ask('GET', `images/${digest}`)).body).toMatchObject({
      kind: 'Image',
      metadata: { annotations: { 'openshift.io/image.managed': 'true' } },
    });
    expect(
      listAt((await ask('GET', 'images')).body, 'items').map((item) => stringAt(item, 'metadata', 'name')),
    ).toContain(digest);
  });

  it('name group and version in discovery, and say which verbs there are', async () => {
    const { body } = await environment.kube.send({ method: 'GET', path: group });
    const resources = listAt(body, 'resources');
    expect(
      resources.every(
        (resource) => stringAt(resource, 'group') === 'image.openshift.io' && stringAt(resource, 'version') === 'v1',
      ),
    ).toBe(true);
    const verbs = listAt(
      resources.find((resource) => stringAt(resource, 'name') === 'imagestreams'),
      'verbs',
    );
    expect(verbs).toEqual(['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update']);
    expect((await ask('GET', 'namespaces/app/imagestreams?watch=1')).status).toBe(405);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../../../testbed/clusters/wait.ts';
import { imageStreamTags } from '../../../testbed/openshift/api/image-stream-tags.ts';
import { parseStreamRequest } from '../../../testbed/openshift/images/parse-stream.ts';
import { createImageStore } from '../../../testbed/openshift/images/store.ts';
import { createStreamWriter } from '../../../testbed/openshift/images/stream-writer.ts';
import { at, isObject, listAt, stringAt, type Json, type JsonObject } from '../../../testbed/openshift/json.ts';
import { startEnvironment, type Environment } from '../../../testbed/openshift/testing/environment.ts';
import {
  indexBytes,
  type ManifestBytes,
  type RegistryClient,
} from '../../../testbed/openshift/testing/registry-client.ts';

const ociIndex = 'application/vnd.oci.image.index.v1+json';
let environment: Environment;
let front: RegistryClient;
let token: string;
let redis: ManifestBytes;
let amd64: ManifestBytes;
let index: ManifestBytes;

beforeAll(async () => {
  environment = await startEnvironment();
  await environment.createNamespace('app');
  token = await environment.createToken('app', { app: 'system:image-builder' });
  front = environment.front(token);
  redis = await environment.outside.pushImage('library/redis', '7', 'redis');
  amd64 = await environment.outside.pushImage('library/multi', '', 'amd64');
  const arm64 = await environment.outside.pushImage('library/multi', '', 'arm64');
  index = indexBytes(
    ociIndex,
    [arm64, amd64],
    [
      { os: 'linux', architecture: 'arm64' },
      { os: 'linux', architecture: 'amd64' },
    ],
  );
  await environment.outside.putManifest('library/multi', '1', index);
});

afterAll(async () => {
  await front.close();
  await environment.stop();
});

async function get(name: string): Promise<JsonObject> {
  const { body } = await environment.kube.send({
    method: 'GET',
    path: `/apis/image.openshift.io/v1/namespaces/app/${name}`,
  });
  return isObject(body) ? body : {};
}

async function importStream(name: string, image: string, rest: object = {}): Promise<Json | undefined> {
  const tags = [{ name: 'v1', from: { kind: 'DockerImage', name: `${environment.publicName}/${image}` }, ...rest }];
  const body = { apiVersion: 'image.openshift.io/v1', kind: 'ImageStream', metadata: { name }, spec: { tags } };
  await environment.kube.send({
    method: 'POST',
    path: '/apis/image.openshift.io/v1/namespaces/app/imagestreams',
    body,
  });
  return importedTag(name);
}

async function importedTag(name: string): Promise<Json | undefined> {
  let tag: Json | undefined;
  await waitFor({
    what: `the import of ${name}:v1`,
    seconds: 10,
    everyMs: 50,
    check: async () => {
      tag = listAt(await get(`imagestreams/${name}`), 'status', 'tags')[0];
      return tag === undefined ? 'nothing yet' : undefined;
    },
  });
  return tag;
}

describe('an external tag', () => {
  it('that was never imported is in no status, in no list of tags, and not found', async () => {
    const store = createImageStore(undefined);
    const access = {
      authenticate: async () => Promise.resolve(undefined),
      isAllowed: async () => Promise.resolve(true),
    };
    const hosts = { internalHost: 'internal:5000', publicHost: 'public' };
    const writer = createStreamWriter({
      store,
      access,
      namespaces: async () => Promise.resolve('active'),
      hosts,
      onWritten: () => undefined,
    });
    const tags = [{ name: 'v1', from: { kind: 'DockerImage', name: 'registry.public.test/library/redis:7' } }];
    const user = { username: 'test', groups: [] };
    const stream = await writer.create('app', parseStreamRequest({ metadata: { name: 'redis' }, spec: { tags } }), {
      user,
      dryRun: false,
    });
    expect(stream.status.tags).toBeUndefined();
    const { get: getTag, list } = imageStreamTags(store, writer).handlers;
    const request = { namespace: 'app', query: new URLSearchParams(), body: undefined, contentType: '', user };
    expect(await list?.({ ...request, verb: 'list' })).toMatchObject({ body: { items: [] } });
    expect(() => getTag?.({ ...request, verb: 'get', name: 'redis:v1' })).toThrow(
      'imagestreamtags.image.openshift.io "redis:v1" not found',
    );
  });

  it('is looked up by digest at its registry and keeps the external reference', async () => {
    const tag = await importStream('redis', 'library/redis:7');
    const reference = `${environment.publicName}/library/redis@${redis.digest}`;
    expect(tag).toMatchObject({
      tag: 'v1',
      items: [{ image: redis.digest, dockerImageReference: reference, generation: 2 }],
    });
    expect(at(await get('imagestreamtags/redis:v1'), 'image')).toMatchObject({
      dockerImageReference: reference,
      dockerImageMetadata: { Config: { Cmd: ['redis'] } },
    });
    expect(
      stringAt(await get('imagestreamtags/redis:v1'), 'image', 'metadata', 'annotations', 'openshift.io/image.managed'),
    ).toBeUndefined();
  });

  it('has generation 1 when it is posted and 2 once it is imported, and the UID of its stream', async () => {
    const from = { kind: 'DockerImage', name: `${environment.publicName}/library/redis:7` };
    const metadata = { name: 'posted:v1' };
    const body = { apiVersion: 'image.openshift.io/v1', kind: 'ImageStreamTag', metadata, tag: { from } };
    const path = '/apis/image.openshift.io/v1/namespaces/app/imagestreamtags';
    const answer = await environment.kube.send({ method: 'POST', path, body });
    const uid = stringAt(await get('imagestreams/posted'), 'metadata', 'uid');
    expect(answer.body).toMatchObject({ metadata: { uid }, tag: { from, generation: 1 }, generation: 0 });
    await importedTag('posted');
    expect(await get('imagestreamtags/posted:v1')).toMatchObject({
      metadata: { uid },
      tag: { from, generation: 2 },
      generation: 2,
    });
  });

  it('with reference policy Local is pulled through the internal registry', async () => {
    await importStream('local', 'library/redis:7', { referencePolicy: { type: 'Local' } });
    expect(stringAt(await get('imagestreamtags/local:v1'), 'image', 'dockerImageReference')).toBe(
      `${environment.config.internalHost}/app/local@${redis.digest}`,
    );
    expect(stringAt(listAt(await get('imagestreams/local'), 'status', 'tags')[0], 'items')).toBeUndefined();
  });

  it('takes the linux/amd64 image of an index in mode Legacy, and the index in mode PreserveOriginal', async () => {
    expect(await importStream('legacy', 'library/multi:1')).toMatchObject({ items: [{ image: amd64.digest }] });
    const preserved = await importStream('preserved', 'library/multi:1', {
      importPolicy: { importMode: 'PreserveOriginal' },
    });
    expect(preserved).toMatchObject({ items: [{ image: index.digest }] });
    expect((await front.send('GET', `/v2/app/preserved/manifests/${amd64.digest}`)).body).toEqual(amd64.body);
  });

  it('that cannot be looked up says so in a condition, and is still not found as a tag', async () => {
    const missing = await importStream('missing', 'library/nobody:7');
    expect(missing).toMatchObject({
      tag: 'v1',
      items: null,
      conditions: [{ type: 'ImportSuccess', status: 'False', reason: 'NotFound', generation: 2 }],
    });
    expect(await get('imagestreamtags/missing:v1')).toMatchObject({ code: 404 });
    const tags = [{ name: 'v1', from: { kind: 'DockerImage', name: 'unknown.test/a:1' } }];
    const body = { kind: 'ImageStream', metadata: { name: 'unknown' }, spec: { tags } };
    await environment.kube.send({
      method: 'POST',
      path: '/apis/image.openshift.io/v1/namespaces/app/imagestreams',
      body,
    });
    const unknown = await importedTag('unknown');
    expect(unknown).toMatchObject({ conditions: [{ reason: 'InternalError' }] });
    expect(stringAt(listAt(unknown, 'conditions')[0], 'message')).toContain('lookup unknown.test: no such host');
  });
});

describe('an import on request', () => {
  it('happens again when the generation of a tag is set to 0', async () => {
    const newer = await environment.outside.pushImage('library/redis', '7', 'redis, newer');
    const body = [{ op: 'replace', path: '/spec/tags/0/generation', value: 0 }];
    const path = '/apis/image.openshift.io/v1/namespaces/app/imagestreams/redis';
    await environment.kube.send({ method: 'PATCH', path, body, contentType: 'application/json-patch+json' });
    await waitFor({
      what: 'the second import',
      seconds: 10,
      everyMs: 50,
      check: async () => {
        const items = listAt(listAt(await get('imagestreams/redis'), 'status', 'tags')[0], 'items').map((item) =>
          stringAt(item, 'image'),
        );
        return items[0] === newer.digest && items[1] === redis.digest ? undefined : items.join(' ');
      },
    });
  });

  it('reports at once how it ended', async () => {
    const image = (name: string): object => ({
      from: { kind: 'DockerImage', name: `${environment.publicName}/${name}` },
      to: { name: 'v1' },
    });
    const body = {
      kind: 'ImageStreamImport',
      metadata: { name: 'asked' },
      spec: { import: true, images: [image('library/redis:7')] },
    };
    const path = '/apis/image.openshift.io/v1/namespaces/app/imagestreamimports';
    const answer = await environment.kube.send({ method: 'POST', path, body });
    expect(listAt(answer.body, 'status', 'images')).toMatchObject([
      { status: { status: 'Success' }, image: { kind: 'Image' } },
    ]);
    expect(await importedTag('asked')).toMatchObject({ items: [{ generation: 2 }] });
    const failing = await environment.kube.send({
      method: 'POST',
      path,
      body: { ...body, spec: { images: [image('library/nobody:1')] } },
    });
    expect(listAt(failing.body, 'status', 'images')).toMatchObject([
      { status: { status: 'Failure', reason: 'NotFound' } },
    ]);
  });
});

describe('pull-through', () => {
  it('gives manifest and blobs of an imported tag that the registry never held', async () => {
    const manifest = await front.send('GET', '/v2/app/local/manifests/v1');
    expect(manifest.body).toEqual(redis.body);
    expect(manifest.headers).toMatchObject({ 'docker-content-digest': redis.digest, 'content-type': redis.mediaType });
    const parsed: unknown = JSON.parse(redis.body.toString());
    const layer = stringAt(listAt(parsed, 'layers')[0], 'digest') ?? '';
    expect((await front.send('GET', `/v2/app/local/blobs/${layer}`)).body.toString()).toBe('layer redis');
    const head = await front.send('HEAD', `/v2/app/local/blobs/${layer}`);
    expect([head.status, head.headers['content-length']]).toEqual([200, '11']);
    const part = await front.send('GET', `/v2/app/local/blobs/${layer}`, { headers: { range: 'bytes=6-10' } });
    expect([part.status, part.body.toString()]).toEqual([206, 'redis']);
    expect((await front.send('GET', `/v2/app/local/blobs/sha256:${'1'.repeat(64)}`)).status).toBe(404);
  });

  it('does not reach images that no tag of the stream names', async () => {
    expect((await front.send('GET', `/v2/app/redis/manifests/${amd64.digest}`)).status).toBe(404);
  });
});

import { copyFile, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isObject, listAt, stringAt, type JsonObject } from '../../../testbed/openshift/json.ts';
import { startEnvironment, type Environment } from '../../../testbed/openshift/testing/environment.ts';
import {
  createRegistryClient,
  dockerTypes,
  indexBytes,
  type ManifestBytes,
  type RegistryClient,
} from '../../../testbed/openshift/testing/registry-client.ts';

let environment: Environment;
let builder: RegistryClient;
let builderToken: string;

beforeAll(async () => {
  environment = await startEnvironment();
  await environment.createNamespace('app');
  await environment.createNamespace('other');
  builderToken = await environment.createToken('app', { app: 'system:image-builder' });
  builder = environment.front(builderToken);
});

afterAll(async () => {
  await builder.close();
  await environment.stop();
});

async function get(name: string): Promise<JsonObject> {
  const { body } = await environment.kube.send({ method: 'GET', path: `/apis/image.openshift.io/v1/${name}` });
  return isObject(body) ? body : {};
}

async function historyOf(stream: string, tag: string): Promise<(string | undefined)[]> {
  const history = listAt(await get(`namespaces/app/imagestreams/${stream}`), 'status', 'tags').find(
    (entry) => stringAt(entry, 'tag') === tag,
  );
  return listAt(history, 'items').map((item) => stringAt(item, 'image'));
}

async function status(requestPath: string, authorization?: string, method = 'GET') {
  const client = createRegistryClient(`https://${environment.frontHost}`, {
    ca: await readFile(environment.caFile, 'utf8'),
  });
  const answer = await client.send(method, requestPath, {
    headers: authorization === undefined ? {} : { authorization },
  });
  await client.close();
  return answer;
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

describe('login', () => {
  it('is asked for with a Bearer challenge that names the token endpoint of the host that was asked', async () => {
    const { status: code, headers } = await status('/v2/');
    expect(code).toBe(401);
    expect(headers['www-authenticate']).toBe(`Bearer realm="https://${environment.frontHost}/openshift/token"`);
  });

  it('takes a token as the password of any user name, and as Bearer', async () => {
    expect((await status('/v2/', basic('anybody', builderToken))).status).toBe(200);
    expect((await status('/v2/', basic('system', builderToken))).status).toBe(200);
    expect((await status('/v2/', `Bearer ${builderToken}`)).status).toBe(200);
  });

  it('answers 401 to a wrong token and to an empty password', async () => {
    expect((await status('/v2/', `Bearer ${builderToken}x`)).status).toBe(401);
    expect((await status('/v2/', basic('user', 'wrong'))).status).toBe(401);
    expect((await status('/v2/', basic('user', ''))).status).toBe(401);
  });

  it('gives a token back for a token, and the anonymous one for no credentials', async () => {
    const { body } = await status('/openshift/token?account=x&service=y', basic('x', builderToken));
    expect(JSON.parse(body.toString())).toEqual({ token: builderToken, access_token: builderToken });
    const anonymous = await status('/openshift/token');
    expect(anonymous.status).toBe(200);
    expect(JSON.parse(anonymous.body.toString())).toEqual({ token: 'anonymous', access_token: 'anonymous' });
    expect((await status('/openshift/token', basic('x', 'wrong'))).status).toBe(401);
    expect((await status('/openshift/token', undefined, 'POST')).status).toBe(405);
  });
});

describe('rights', () => {
  it('that are missing in a namespace are answered with 401, not 403', async () => {
    await builder.pushImage('app/rights', 'v1', 'rights');
    const stranger = environment.front(await environment.createToken('other'));
    const puller = environment.front(await environment.createToken('other', { app: 'system:image-puller' }));
    expect((await stranger.send('GET', '/v2/app/rights/manifests/v1')).status).toBe(401);
    expect((await puller.send('GET', '/v2/app/rights/manifests/v1')).status).toBe(200);
    expect((await puller.send('POST', '/v2/app/rights/blobs/uploads/')).status).toBe(401);
    expect((await stranger.send('GET', '/v2/_catalog')).status).toBe(401);
    await Promise.all([stranger.close(), puller.close()]);
  });

  it('without a token reach what is open to everyone', async () => {
    expect((await status('/v2/', 'Bearer anonymous')).status).toBe(200);
    expect((await status('/v2/app/rights/manifests/v1', 'Bearer anonymous')).status).toBe(401);
  });

  it('to pull from namespace openshift are everybody’s who has an account', async () => {
    const shared = environment.front(await environment.createToken('openshift', { openshift: 'system:image-builder' }));
    await shared.pushImage('openshift/tools', 'latest', 'shared');
    const anyone = environment.front(await environment.createToken('other'));
    expect((await anyone.send('GET', '/v2/openshift/tools/manifests/latest')).status).toBe(200);
    expect((await anyone.send('POST', '/v2/openshift/tools/blobs/uploads/')).status).toBe(401);
    await Promise.all([shared.close(), anyone.close()]);
  });

  it('to create streams are needed for a push to a stream that does not exist', async () => {
    const pusher = environment.front(await environment.createToken('app', { app: 'system:image-pusher' }));
    await expect(pusher.pushImage('app/not-there', 'v1', 'pusher')).rejects.toThrow(/403.*DENIED/);
    await pusher.pushImage('app/rights', 'v2', 'pusher');
    await pusher.close();
    expect(await historyOf('rights', 'v2')).toHaveLength(1);
  });

  it('to read the other repository decide whether a blob is mounted', async () => {
    const layer = await builder.uploadBlob('app/mounts', Buffer.from('mounted'));
    const pusher = environment.front(await environment.createToken('other', { other: 'system:image-builder' }));
    const both = environment.front(
      await environment.createToken('other', { other: 'system:image-builder', app: 'system:image-puller' }),
    );
    const mount = `/v2/other/mounts/blobs/uploads/?mount=${layer.digest}&from=app/mounts`;
    expect((await pusher.send('POST', mount)).status).toBe(202);
    expect((await both.send('POST', mount)).status).toBe(201);
    await Promise.all([pusher.close(), both.close()]);
  });
});

describe('a push', () => {
  it('makes stream, tag and Image at once under the manifest’s digest; the next one is first and the old one remains', async () => {
    const first = await builder.pushImage('app/web', 'v1', 'one');
    const second = await builder.pushImage('app/web', 'v1', 'two');
    expect(await historyOf('web', 'v1')).toEqual([second.digest, first.digest]);
    const tag = await get('namespaces/app/imagestreamtags/web:v1');
    expect(tag).toMatchObject({
      tag: null,
      image: { dockerImageReference: `${environment.config.internalHost}/app/web@${second.digest}` },
    });
    expect(stringAt(await get(`images/${first.digest}`), 'dockerImageManifestMediaType')).toBe(dockerTypes.manifest);
    expect((await builder.send('GET', `/v2/app/web/manifests/${first.digest}`)).body).toEqual(first.body);
  });

  it('gets its upload address from the front, not from the backend', async () => {
    const { headers } = await builder.send('POST', '/v2/app/web/blobs/uploads/');
    expect(headers['location']).toMatch(new RegExp(`^https://${environment.frontHost}/v2/app/web/blobs/uploads/`));
  });

  it('by digest makes an Image, and a tag only when there is one', async () => {
    const image = await builder.pushImage('app/untagged', '', 'untagged');
    expect((await builder.send('HEAD', `/v2/app/untagged/manifests/${image.digest}`)).status).toBe(200);
    expect(stringAt(await get(`images/${image.digest}`), 'kind')).toBe('Image');
    expect(JSON.parse((await builder.send('GET', '/v2/app/untagged/tags/list')).body.toString())).toEqual({
      name: 'app/untagged',
      tags: [],
    });
  });

  it.each([
    ['a Docker manifest list', dockerTypes.list],
    ['an OCI index', 'application/vnd.oci.image.index.v1+json'],
  ])('of %s keeps its digest and lists its entries in the Image', async (_what, mediaType) => {
    const name = mediaType === dockerTypes.list ? 'docker-list' : 'oci-index';
    const images = [
      await builder.pushImage(`app/${name}`, '', 'amd64'),
      await builder.pushImage(`app/${name}`, '', 'arm64'),
    ];
    const index = indexBytes(mediaType, images, [
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: 'arm64', variant: 'v8' },
    ]);
    expect((await builder.putManifest(`app/${name}`, 'multi', index)).status).toBe(201);
    const pulled = await builder.send('GET', `/v2/app/${name}/manifests/multi`);
    expect(pulled.headers['docker-content-digest']).toBe(index.digest);
    expect(pulled.body).toEqual(index.body);
    expect(listAt(await get(`images/${index.digest}`), 'dockerImageManifests')).toMatchObject([
      { digest: images[0]?.digest, architecture: 'amd64', os: 'linux' },
      { digest: images[1]?.digest, architecture: 'arm64', os: 'linux', variant: 'v8' },
    ]);
  });

  it('of an index with an entry without os or architecture is refused', async () => {
    const image = await builder.pushImage('app/bare', '', 'bare');
    const index = indexBytes('application/vnd.oci.image.index.v1+json', [image], []);
    const answer = await builder.putManifest('app/bare', 'multi', index);
    expect(answer.status).toBe(400);
    expect(answer.body.toString()).toMatch(/MANIFEST_INVALID.*no os or no architecture/);
  });

  it('of an invalid manifest, or one without its blobs, is refused and leaves no stream', async () => {
    const broken = { body: Buffer.from('{"a":'), mediaType: dockerTypes.manifest, digest: '' };
    expect((await builder.putManifest('app/refused', 'v1', broken)).status).toBe(400);
    const { body, mediaType } = await builder.pushImage('app/web', 'v3', 'blobs elsewhere');
    expect((await builder.putManifest('app/refused', 'v1', { body, mediaType, digest: '' })).status).toBe(400);
    expect(await get('namespaces/app/imagestreams/refused')).toMatchObject({ code: 404 });
  });
});

describe('a pull', () => {
  it('by digest from a stream that does not exist answers 500, by tag 404', async () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    expect((await builder.send('HEAD', `/v2/app/missing/manifests/${digest}`)).status).toBe(500);
    expect((await builder.send('GET', `/v2/app/missing/manifests/${digest}`)).status).toBe(500);
    expect((await builder.send('HEAD', '/v2/app/missing/manifests/v1')).status).toBe(404);
    expect((await builder.send('HEAD', `/v2/app/web/manifests/${digest}`)).status).toBe(404);
  });

  it('sees the tags of the stream, in pages when asked', async () => {
    expect((await builder.send('GET', '/v2/app/missing/tags/list')).status).toBe(404);
    expect((await builder.send('GET', '/v2/app/a/b/tags/list')).status).toBe(400);
    const page = await builder.send('GET', '/v2/app/web/tags/list?n=1');
    expect(JSON.parse(page.body.toString())).toEqual({ name: 'app/web', tags: ['v1'] });
    expect(page.headers['link']).toBe('</v2/app/web/tags/list?n=1&last=v1>; rel="next"');
    const rest = await builder.send('GET', '/v2/app/web/tags/list?n=5&last=v1');
    expect(JSON.parse(rest.body.toString())).toEqual({ name: 'app/web', tags: ['v3'] });
  });
});

describe('real skopeo', () => {
  let certificates: string;
  let image: ManifestBytes;
  const skopeo = async (args: readonly string[]): Promise<string> => (await execa('skopeo', args)).stdout;
  const reference = (name: string): string => `docker://${environment.frontHost}/app/${name}`;

  beforeAll(async () => {
    certificates = path.join(environment.dir, 'skopeo');
    await mkdir(certificates, { recursive: true });
    await copyFile(environment.caFile, path.join(certificates, 'ca.crt'));
    image = await environment.outside.pushImage('library/redis', '7', 'redis');
  });

  it('pushes, lists, inspects and pulls with a token as password', async () => {
    const source = `docker://${environment.outsideHost}/library/redis:7`;
    const login = ['--dest-creds', `unused:${builderToken}`];
    const trust = ['--src-cert-dir', certificates, '--dest-cert-dir', certificates];
    await skopeo(['copy', '--preserve-digests', ...trust, ...login, source, reference('copied:v1')]);
    const credentials = ['--creds', `unused:${builderToken}`, '--cert-dir', certificates];
    expect(await skopeo(['list-tags', ...credentials, reference('copied')])).toContain('"v1"');
    const inside: unknown = JSON.parse(await skopeo(['inspect', ...credentials, reference('copied:v1')]));
    expect(stringAt(inside, 'Digest')).toBe(image.digest);
    expect(stringAt(await get('namespaces/app/imagestreamtags/copied:v1'), 'image', 'metadata', 'name')).toBe(
      image.digest,
    );
  });

  it('logs in with the raw token as well', async () => {
    expect(
      await skopeo(['list-tags', '--registry-token', builderToken, '--cert-dir', certificates, reference('copied')]),
    ).toContain('"v1"');
  });

  it('copies all of an index and keeps its digest', async () => {
    const layout = path.join(environment.dir, 'layout');
    const docker = indexBytes(
      'application/vnd.docker.distribution.manifest.list.v2+json',
      [image],
      [{ os: 'linux', architecture: 'amd64' }],
    );
    await environment.outside.putManifest('library/redis', 'docker', docker);
    await skopeo([
      'copy',
      '--all',
      '--preserve-digests',
      '--src-cert-dir',
      certificates,
      `docker://${environment.outsideHost}/library/redis:docker`,
      `dir:${layout}`,
    ]);
    await skopeo([
      'copy',
      '--all',
      '--preserve-digests',
      '--dest-cert-dir',
      certificates,
      '--dest-creds',
      `unused:${builderToken}`,
      `dir:${layout}`,
      reference('multi:docker'),
    ]);
    expect(stringAt(await get('namespaces/app/imagestreamtags/multi:docker'), 'image', 'metadata', 'name')).toBe(
      docker.digest,
    );
  });

  it('refuses a token without rights', async () => {
    const stranger = await environment.createToken('openshift');
    const login = ['--creds', `unused:${stranger}`, '--cert-dir', certificates];
    const attempt = skopeo(['inspect', ...login, reference('copied:v1')]);
    await expect(attempt).rejects.toThrow(/unauthorized|authentication required/);
  });
});

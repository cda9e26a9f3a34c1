import { randomBytes } from 'node:crypto';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Fault, PassingRequest } from '../../fakes/fault-proxy.ts';
import { buildImage, buildIndex, buildLayer, digestOf, pushImage, type BuiltImage } from '../../fakes/oci-images.ts';
import {
  makeWorkspace,
  runSync,
  startSyncScene,
  writeCertificates,
  type SyncRun,
  type SyncScene,
} from '../../fakes/sync-scene.ts';

type Decide = (request: PassingRequest) => Fault | undefined;

const tags = ['v1', 'v2', 'v3'];
const images = new Map(tags.map((tag) => [tag, buildImage([buildLayer('own', randomBytes(2000))], tag)]));
let scene: SyncScene;
let certificates: string;

beforeAll(async () => {
  scene = await startSyncScene();
  certificates = await writeCertificates(scene);
  for (const [tag, image] of images) await pushImage(scene.source.host, `team/web:${tag}`, image);
});

afterAll(() => scene.stop());

const answerOf = (status: number, body = '', headers: Record<string, string> = {}): Fault => ({
  kind: 'answer',
  status,
  body,
  headers,
});
const json = { 'content-type': 'application/json' };
const indexHeaders = { 'content-type': 'application/vnd.oci.image.index.v1+json' };

/** One tag on each page; the header says in its own way which page is next. */
const inPages: Decide = ({ path: url }) => {
  if (!url.includes('/tags/list')) return undefined;
  const last = new URL(url, 'https://registry.invalid').searchParams.get('last');
  const tag = tags[last === null ? 0 : tags.indexOf(last) + 1];
  const link = `</v2/team/web/tags/list?last=${String(tag)}>; title="more"; rel=next`;
  const headers = tag === tags.at(-1) ? json : { ...json, link };
  return answerOf(200, JSON.stringify({ name: 'team/web', tags: [tag] }), headers);
};

const tellsNoDigest: Decide = () => ({
  kind: 'change',
  headers: (all) => ({ ...all, 'docker-content-digest': undefined, etag: undefined }),
});

/** Blobs are behind a signed address of the same registry, which takes no other query and no login. */
const storesElsewhere: Decide = ({ method, path: url, headers }) => {
  const signed = '?X-Sig=a%2Fb%2Bc&e=1';
  if (url.startsWith('/storage/')) {
    const isSigned = url.endsWith(signed) && headers.authorization === undefined;
    return isSigned
      ? { kind: 'change', path: url.slice('/storage'.length, -signed.length) }
      : answerOf(403, 'unsigned');
  }
  const isBlob = method === 'GET' && url.includes('/blobs/');
  return isBlob ? answerOf(307, '', { location: `/storage${url}${signed}` }) : undefined;
};

/** Uploads continue at an absolute address with another path, as with Artifactory. */
const uploadsElsewhere: Decide = ({ path: url, headers: { host = '' } }) => {
  const below = '/artifactory/api/docker/upload';
  const away = (location: string): string => {
    const { pathname, search } = new URL(location, `https://${host}`);
    return `https://${host}${below}${pathname}${search}`;
  };
  const isUpload = url.includes('/blobs/uploads/');
  if (!isUpload) return undefined;
  return {
    kind: 'change',
    path: url.replace(below, ''),
    headers: (all) => {
      const isOpen = all.location?.includes('/blobs/uploads/') === true;
      return isOpen && all.location !== undefined ? { ...all, location: away(all.location) } : all;
    },
  };
};

/** GitLab: the tag that could list referrers is the image itself. */
const answersWithTheSubject: Decide = ({ path: url }) => {
  const tag = /\/manifests\/sha256-[0-9a-f]{64}$/;
  if (url.includes('/tags/list')) {
    const digest = images.get('v1')?.digest ?? '';
    return answerOf(200, JSON.stringify({ name: 'team/web', tags: [...tags, digest.replace(':', '-')] }), json);
  }
  return tag.test(url) ? { kind: 'change', path: url.replace(tag, '/manifests/v1') } : undefined;
};

const answersReferrers =
  (body: string): Decide =>
  ({ path: url }) =>
    url.includes('/referrers/') ? answerOf(200, body, indexHeaders) : undefined;

interface Placed {
  readonly repository: string;
  readonly source?: Decide;
  readonly destination?: Decide;
  /** The value of the key `images` of the source file. */
  readonly chosen?: Readonly<Record<string, readonly string[]>>;
}

async function sync({ repository, source, destination, chosen = { 'team/web': ['v1'] } }: Placed) {
  const [from, to] = [await scene.front('source', source), await scene.front('destination', destination)];
  const workspace = await makeWorkspace(scene, { 'source.yaml': JSON.stringify({ [from.host]: { images: chosen } }) });
  const run = await runSync(workspace, [
    `--destination-registry-public=${to.host}`,
    `--destination-namespace=${repository}`,
    `--ca-bundle=${scene.caFile}`,
  ]);
  return { run, from, to };
}

async function arrived(repository: string): Promise<readonly string[]> {
  const digests = await Promise.all(tags.map((tag) => digestOf(scene.destination.host, `${repository}/web:${tag}`)));
  return tags.filter((tag, number) => digests[number] === images.get(tag)?.digest);
}

function failures({ report }: SyncRun): readonly (readonly [reason: string, message: string])[] {
  const failed = (report?.items ?? []).filter(({ outcome }) => outcome === 'failed');
  return failed.map(({ reason, message = '' }) => [reason, message]);
}

describe('a registry that answers in a way of its own', () => {
  it.each<[string, Omit<Placed, 'repository'>]>([
    ['no digest in any header', { source: tellsNoDigest, destination: tellsNoDigest }],
    ['blobs behind a signed address', { source: storesElsewhere }],
    ['uploads at another path', { destination: uploadsElsewhere }],
    ['the image itself where referrers could be listed', { source: answersWithTheSubject }],
    ['null instead of a list of referrers', { source: answersReferrers('{"schemaVersion":2,"manifests":null}') }],
    ['no field for the list of referrers that is typed', { source: answersReferrers('{"manifests":[]}') }],
  ])('gives its image: %s', async (name, placed) => {
    const repository = name.replaceAll(' ', '-');
    const { run } = await sync({ repository, ...placed });
    expect(run.exitCode, run.stderr).toBe(0);
    expect(await arrived(repository)).toEqual(['v1']);
    expect(run.results['referrer-count']).toBe('0');
  });

  it('gives all tags when it lists them in pages, as to skopeo', async () => {
    const { run, from } = await sync({ repository: 'paged', source: inPages, chosen: { 'team/web': [] } });
    expect(run.exitCode, run.stderr).toBe(0);
    expect(await arrived('paged')).toEqual(tags);
    const oracle = await execa('skopeo', ['list-tags', `--cert-dir=${certificates}`, `docker://${from.host}/team/web`]);
    expect(oracle.stdout).toContain('v3');
  });

  it('has nothing to copy where its list of tags is null', async () => {
    const none: Decide = ({ path: url }) =>
      url.includes('/tags/list') ? answerOf(200, '{"name":"team/web","tags":null}', json) : undefined;
    const { run } = await sync({ repository: 'null', source: none, chosen: { 'team/web': [] } });
    expect(run.exitCode, run.stderr).toBe(0);
    expect(run.report?.items.map(({ outcome }) => outcome)).toEqual(['skipped']);
  });

  it('fails for the referrers alone when it answers 500 to each question for them', async () => {
    const broken: Decide = ({ path: url }) => (url.includes('/referrers/') ? answerOf(500) : undefined);
    const { run } = await sync({ repository: 'broken', source: broken, chosen: { 'team/web': tags } });
    expect(run.exitCode).toBe(4);
    expect(await arrived('broken')).toEqual(tags);
    expect(failures(run).map(([reason]) => reason)).toEqual(['unavailable', 'unavailable', 'unavailable']);
  });
});

describe('a server that is not a registry', () => {
  const page: Decide = () => answerOf(200, '<!doctype html><title>Log in</title>', { 'content-type': 'text/html' });
  const nothing: Decide = () => answerOf(404, '<html>nginx</html>', { 'content-type': 'text/html' });

  it.each<[string, Omit<Placed, 'repository'>]>([
    ['a web page at both sides', { source: page, destination: page }],
    ['a web page at the source', { source: page }],
    ['a web page at the destination', { destination: page }],
    ['another server at the source', { source: nothing, chosen: { 'team/web': [] } }],
  ])('ends the run with exit code 3: %s', async (name, placed) => {
    const { run } = await sync({ repository: name.replaceAll(' ', '-'), ...placed });
    expect([run.exitCode, run.results['status']], run.stderr).toEqual([3, 'not-a-registry']);
    expect(run.stderr.trimEnd().split('\n').at(-1)).toContain('Correct the address of the registry');
  });
});

describe('an image that cannot be copied', () => {
  it('fails by name when the source lacks one of its platforms, and the other images arrive', async () => {
    const platform = (architecture: string): BuiltImage =>
      buildImage([buildLayer('own', randomBytes(1000))], `lost-${architecture}`, architecture);
    const parts = new Map(['amd64', 'arm64'].map((architecture) => [architecture, platform(architecture)]));
    const index = buildIndex(parts);
    await pushImage(scene.source.host, 'team/multi:1', index);
    const lost = parts.get('arm64')?.digest ?? '';
    const gone: Decide = ({ path: url }) =>
      url.includes(`/manifests/${lost}`) ? answerOf(404, '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}', json) : undefined;
    const chosen = { 'team/web': ['v1'], 'team/multi': ['1'] };
    const { run } = await sync({ repository: 'lost', source: gone, chosen });
    expect(run.exitCode).toBe(4);
    expect(await arrived('lost')).toEqual(['v1']);
    const named = `${lost}: the registry does not have it, the image for linux/arm64`;
    expect(failures(run)).toEqual([['not-found', expect.stringContaining(named)]]);
  });

  it.each([
    [
      'the destination creates no repositories',
      'repository-missing',
      answerOf(404, '{"errors":[{"code":"NAME_UNKNOWN","message":"The repository does not exist"}]}', json),
      /[Cc]reate the repository/,
    ],
    [
      'the quota is used up',
      'quota-exceeded',
      answerOf(412, '{"errors":[{"code":"DENIED","message":"adding 2 KiB would exceed the quota"}]}', json),
      /quota/,
    ],
  ])('has the true cause and remedy when %s', async (...[name, reason, refusal, remedy]) => {
    const destination: Decide = ({ method }) => (method === 'GET' || method === 'HEAD' ? undefined : refusal);
    const { run } = await sync({ repository: name.replaceAll(' ', '-'), destination });
    expect(run.exitCode).toBe(4);
    expect(failures(run)).toEqual([[reason, expect.stringMatching(remedy)]]);
  });
});

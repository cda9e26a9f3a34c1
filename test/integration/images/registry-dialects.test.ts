import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Fault, PassingRequest } from '../../fakes/fault-proxy.ts';
import { buildImage, buildLayer, digestOf, pushImage } from '../../fakes/oci-images.ts';
import { makeWorkspace, runSync, startSyncScene, writeCertificates, type SyncScene } from '../../fakes/sync-scene.ts';

type Decide = (request: PassingRequest) => Fault | undefined;

const image = buildImage([buildLayer('own', randomBytes(3000))], 'dialects');
let scene: SyncScene;
let certificates: string;

beforeAll(async () => {
  scene = await startSyncScene();
  certificates = await writeCertificates(scene);
  await pushImage(scene.source.host, 'team/web:1', image);
});

afterAll(() => scene.stop());

const answerOf = (status: number, more: Omit<Fault & { kind: 'answer' }, 'kind' | 'status'> = {}): Fault => ({
  kind: 'answer',
  status,
  ...more,
});
const isVersion = ({ path: url }: PassingRequest): boolean => url === '/v2/';
const isManifest = ({ path: url }: PassingRequest): boolean => url.includes('/manifests/');
const isHead = (request: PassingRequest): boolean => request.method === 'HEAD' && isManifest(request);

const user = 'robot';
const password = 'pa$$:w@rd/';
const basic = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** Asks for a login as a registry does whose challenge is given; a token server below /token gives this answer. */
function challenged(challenge: (host: string) => string, token: object, needsService = true): Decide {
  return ({ path: url, headers }) => {
    const { host = '', authorization } = headers;
    if (url.startsWith('/token')) {
      const asked = new URL(url, 'https://registry.invalid').searchParams;
      const isComplete = !needsService || asked.get('service') === 'registry';
      return isComplete ? answerOf(200, { body: JSON.stringify(token) }) : answerOf(400);
    }
    if (authorization === 'Bearer good') return undefined;
    return answerOf(401, { headers: { 'www-authenticate': challenge(host) } });
  };
}

/** Asks for Basic, but not at the version endpoint, which gives another answer, the first times or always. */
function oddVersion(status: number, times = Infinity): Decide {
  let left = times;
  return (request) => {
    if (isVersion(request) && left > 0) {
      left -= 1;
      return answerOf(status);
    }
    if (request.headers.authorization === basic) return undefined;
    return answerOf(401, { headers: { 'www-authenticate': 'Basic realm="registry"' } });
  };
}

function firstTime(isMeant: (request: PassingRequest) => boolean, fault: () => Fault): Decide {
  let isOver = false;
  return (request) => {
    if (isOver || !isMeant(request)) return undefined;
    isOver = true;
    return fault();
  };
}

const realm = (host: string): string => `https://${host}/token`;
const good = { token: 'good' };

/** A token has its scopes as text. The registry wants one of its own besides, as a proxy of another repository may. */
const wantsAnotherScope: Decide = ({ path: url, headers: { host = '', authorization = '' } }) => {
  const own = 'repository:mirror/team/web:pull';
  if (url.startsWith('/token')) {
    const asked = new URL(url, 'https://registry.invalid').searchParams.getAll('scope').join(' ');
    return answerOf(200, { body: JSON.stringify({ token: Buffer.from(asked).toString('base64url') }) });
  }
  const scopes = Buffer.from(authorization.replace('Bearer ', ''), 'base64url').toString();
  if (scopes.includes(own) || (url === '/v2/' && authorization !== '')) return undefined;
  const lacking = url === '/v2/' ? '' : `,scope="${own}",error="insufficient_scope"`;
  return answerOf(401, { headers: { 'www-authenticate': `Bearer realm="${realm(host)}"${lacking}` } });
};

/** Names another digest than that of the manifest; nothing is there under that digest. */
const namesAnotherDigest =
  (digest: string): Decide =>
  (request) =>
    isManifest(request) && !request.path.includes(':')
      ? { kind: 'change', headers: (all) => ({ ...all, 'docker-content-digest': digest }) }
      : undefined;

interface Dialect {
  readonly source?: Decide;
  readonly destination?: Decide;
  /** False where skopeo itself cannot copy. */
  readonly skopeo?: false;
}

const dialects: Readonly<Record<string, Dialect>> = {
  'HEAD of a manifest answers 404 at the source': {
    source: (request) => (isHead(request) ? answerOf(404) : undefined),
  },
  'HEAD of a manifest answers 405 at the source': {
    source: (request) => (isHead(request) ? answerOf(405) : undefined),
  },
  'HEAD of a manifest answers 403 at the source': {
    source: (request) => (isHead(request) ? answerOf(403) : undefined),
  },
  'HEAD of a manifest answers 500 at the source': {
    source: (request) => (isHead(request) ? answerOf(500) : undefined),
  },
  'HEAD of a manifest answers 200 without a digest': {
    source: (request) => (isHead(request) ? answerOf(200, { headers: { 'content-type': 'text/html' } }) : undefined),
  },
  'HEAD of a manifest asks for an unknown login': {
    source: (request) =>
      isHead(request) ? answerOf(401, { headers: { 'www-authenticate': 'Negotiate' } }) : undefined,
  },
  'HEAD of a manifest asks for a pause until a date': {
    source: firstTime(isHead, () => {
      const date = new Date(Date.now() + 2000).toUTCString();
      return answerOf(429, { headers: { 'retry-after': date } });
    }),
  },
  'a manifest comes with another digest': { source: namesAnotherDigest(`sha256:${'0'.repeat(64)}`) },
  'a manifest comes with a digest of another algorithm': { source: namesAnotherDigest(`sha512:${'0'.repeat(128)}`) },
  'a manifest comes as a web page': {
    source: (request) =>
      isManifest(request)
        ? { kind: 'change', headers: (all) => ({ ...all, 'content-type': 'text/html; charset=utf-8' }) }
        : undefined,
    skopeo: false,
  },
  'HEAD of a manifest answers 403 at the destination': {
    destination: (request) => (isHead(request) ? answerOf(403) : undefined),
  },
  'HEAD of a manifest answers 405 at the destination': {
    destination: (request) => (isHead(request) ? answerOf(405) : undefined),
  },
  'the first 503 of the version endpoint is before a login': { source: oddVersion(503, 1) },
  'the first 429 of the version endpoint is before a login': { source: oddVersion(429, 1) },
  'the version endpoint is open, its repositories are not': { source: oddVersion(200), skopeo: false },
  'the version endpoint of the destination is open, its repositories are not': {
    destination: oddVersion(200),
    skopeo: false,
  },
  'the version endpoint is unknown, its repositories ask for a login': { source: oddVersion(404), skopeo: false },
  'the challenge has no quotes': {
    source: challenged((host) => `Bearer realm="${realm(host)}",service=registry`, good),
  },
  'the challenge has blanks and upper case': {
    source: challenged((host) => `BEARER  Realm = "${realm(host)}" , Service = "registry"`, good),
    skopeo: false,
  },
  'the challenge has another scheme before': {
    source: challenged((host) => `Negotiate, Bearer error="x",realm="${realm(host)}",service="registry"`, good),
    skopeo: false,
  },
  'the challenge has parameters of another scheme, and several actions': {
    source: challenged(
      (host) =>
        `Digest realm="a, b", qop="auth,auth-int", Bearer realm="${realm(host)}",service="registry",scope="repository:team/web:pull,push,delete"`,
      good,
    ),
    skopeo: false,
  },
  'the challenge has Basic before the scheme that works': {
    source: challenged((host) => `Basic realm="x", Bearer realm="${realm(host)}",service="registry"`, good),
    skopeo: false,
  },
  'the realm has a query': {
    source: challenged((host) => `Bearer realm="${realm(host)}?service=registry&x=b%2Fc"`, good),
  },
  'the token lacks a scope': { source: wantsAnotherScope },
  'the challenge has escaped characters': {
    source: challenged((host) => `Bearer realm="${realm(host)}",service="re\\gistry",scope="a,b"`, good),
  },
  'the token is empty beside an access token': {
    source: challenged((host) => `Bearer realm="${realm(host)}"`, { token: '', access_token: 'good' }, false),
  },
  'the token is null beside an access token': {
    source: challenged((host) => `Bearer realm="${realm(host)}"`, { token: null, access_token: 'good' }, false),
  },
  'the token is in a field of another case': {
    source: challenged((host) => `Bearer realm="${realm(host)}"`, { Token: 'good' }, false),
  },
  'the token is issued in the future': {
    source: challenged(
      (host) => `Bearer realm="${realm(host)}"`,
      { access_token: 'good', issued_at: '2099-01-01T00:00:00Z' },
      false,
    ),
  },
  'an expiry is in the past': {
    source: challenged((host) => `Bearer realm="${realm(host)}"`, { token: 'good', expires_in: -5 }, false),
  },
};

async function place(name: string, { source, destination }: Dialect) {
  const fronts = {
    source: await scene.front('source', source),
    destination: await scene.front('destination', destination),
  };
  const login = { auth: basic.slice('Basic '.length) };
  const auth = { [fronts.source.host]: login, [fronts.destination.host]: login };
  const workspace = await makeWorkspace(scene, {
    'source.yaml': JSON.stringify({ [fronts.source.host]: { images: { 'team/web': ['1'] } } }),
    'auth/config.json': JSON.stringify({ auths: auth }),
  });
  return { fronts, workspace, repository: name.replaceAll(/\W+/g, '-').toLowerCase() };
}

type Placed = Awaited<ReturnType<typeof place>>;

function flagsOf({ fronts, workspace, repository }: Placed): readonly string[] {
  return [
    `--destination-registry-public=${fronts.destination.host}`,
    `--destination-namespace=${repository}`,
    `--ca-bundle=${scene.caFile}`,
    `--registry-auth=${workspace}/auth`,
  ];
}

async function copyWithSkopeo({ fronts, workspace, repository }: Placed): Promise<number | undefined> {
  const { exitCode } = await execa(
    'skopeo',
    [
      ...['--insecure-policy', 'copy', '--all', '--preserve-digests', `--authfile=${workspace}/auth/config.json`],
      ...[`--src-cert-dir=${certificates}`, `--dest-cert-dir=${certificates}`],
      ...[
        `docker://${fronts.source.host}/team/web:1`,
        `docker://${fronts.destination.host}/oracle-${repository}/web:1`,
      ],
    ],
    { reject: false },
  );
  return exitCode;
}

describe('a registry with a dialect of its own', () => {
  it.for(Object.entries(dialects))('%s', async ([name, dialect]) => {
    const placed = await place(name, dialect);
    const run = await runSync(placed.workspace, flagsOf(placed));
    expect(run.exitCode, run.stderr).toBe(0);
    expect(await digestOf(scene.destination.host, `${placed.repository}/web:1`)).toBe(image.digest);
    const oracle = await place(`${name}-oracle`, dialect);
    expect((await copyWithSkopeo(oracle)) === 0).toBe(dialect.skopeo ?? true);
  });
});

describe('a login of the workspace registry-auth', () => {
  const login = { auth: basic.slice('Basic '.length) };
  const configs: Readonly<Record<string, (hosts: readonly string[]) => Readonly<Record<string, string>>>> = {
    'beside an empty entry and a helper for another registry': (hosts) => ({
      'config.json': JSON.stringify({
        auths: { 'ghcr.io': {}, ...Object.fromEntries(hosts.map((host) => [host, login])) },
        credsStore: 'missing',
      }),
    }),
    'in a file .dockercfg': (hosts) => ({
      '.dockercfg': JSON.stringify(Object.fromEntries(hosts.map((host) => [host, { ...login, email: 'a@b.example' }]))),
    }),
    'behind a byte order mark': (hosts) => ({
      'config.json': `\uFEFF${JSON.stringify({ auths: Object.fromEntries(hosts.map((host) => [host, login])) })}`,
    }),
    'of a credential helper': (hosts) => ({
      'config.json': JSON.stringify({ credHelpers: Object.fromEntries(hosts.map((host) => [host, 'of-test'])) }),
    }),
  };
  const locked: Decide = ({ headers }) =>
    headers.authorization === basic
      ? undefined
      : answerOf(401, { headers: { 'www-authenticate': 'Basic realm="registry"' } });

  it.for(Object.entries(configs))('%s', async ([name, filesFor]) => {
    const placed = await place(`login ${name}`, { source: locked, destination: locked });
    await rm(path.join(placed.workspace, 'auth/config.json'));
    const files = filesFor([placed.fronts.source.host, placed.fronts.destination.host]);
    for (const [file, text] of Object.entries(files)) await writeFile(path.join(placed.workspace, 'auth', file), text);
    const programs = path.join(scene.folder, 'programs');
    await mkdir(programs, { recursive: true });
    const answer = JSON.stringify({ ServerURL: '', Username: user, Secret: password });
    const helper = `#!/bin/sh\ncat > /dev/null\ncat <<'END'\n${answer}\nEND\n`;
    await writeFile(path.join(programs, 'docker-credential-of-test'), helper, { mode: 0o755 });
    const environment = { PATH: `${programs}:${process.env['PATH'] ?? ''}` };
    const run = await runSync(placed.workspace, flagsOf(placed), environment);
    expect(run.exitCode, run.stderr).toBe(0);
    expect(await digestOf(scene.destination.host, `${placed.repository}/web:1`)).toBe(image.digest);
    expect(run.stderr + JSON.stringify(run.report)).not.toContain(password);
  });
});

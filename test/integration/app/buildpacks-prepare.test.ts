import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { toBase64 } from '../../../src/domain/core/redaction/secret-forms.ts';
import { startRegistry, type Registry } from '../../../testbed/clusters/registry.ts';
import { runInProcess } from '../../builders/run-in-process.ts';
import { startFaultProxy, type Fault, type FaultProxy, type PassingRequest } from '../../fakes/fault-proxy.ts';
import { buildImage, buildLayer, pushImage } from '../../fakes/oci-images.ts';

const apis = { lifecycle: { apis: { platform: { supported: ['0.12', '0.13'] } } } };
const labels = { 'io.buildpacks.builder.metadata': JSON.stringify(apis) };
const layer = buildLayer('builder', Buffer.from('builder'));
const builder = buildImage([layer], { Labels: labels, Env: ['CNB_USER_ID=1000', 'CNB_GROUP_ID=1000'] });
const noBuilder = buildImage([layer], { Labels: labels });
const runLayer = buildLayer('run', Buffer.from('run'));
const runImage = buildImage([runLayer], 'run');

/** Accounts of two registries: one with the images that are read, one for the image that is built. */
const passwords = { images: 'canary-of-images', target: 'canary-of-target' };
const environmentValue = 'canary-of-environment';

let scratch: string;
let folder: string;
let backend: Registry;
let images: FaultProxy;
let target: FaultProxy;
let fault: (request: PassingRequest) => Fault | undefined;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'prepare-'));
  backend = await startRegistry({ dir: join(scratch, 'registry') });
  await pushImage(backend.host, 'cnb/builder:1', builder);
  await pushImage(backend.host, 'cnb/other:1', noBuilder);
  await pushImage(backend.host, 'cnb/run:1', runImage);
  images = await startFaultProxy({
    target: backend.host,
    decide: (request) => refuse(request, passwords.images) ?? fault(request),
  });
  target = await startFaultProxy({ target: backend.host, decide: (request) => refuse(request, passwords.target) });
}, 60_000);

afterAll(async () => {
  await Promise.all([images.stop(), target.stop()]);
  await backend.stop();
  await rm(scratch, { recursive: true });
});

beforeEach(async () => {
  fault = () => undefined;
  folder = await mkdtemp(join(scratch, 'run-'));
  await mkdir(join(folder, 'app'));
  await writeFile(join(folder, 'app/index.html'), 'hello');
});

function refuse({ headers }: PassingRequest, password: string): Fault | undefined {
  if (headers.authorization === `Basic ${toBase64(`me:${password}`)}`) return undefined;
  const body = JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] });
  return { kind: 'answer', status: 401, headers: { 'www-authenticate': 'Basic realm="registry"' }, body };
}

interface Changes {
  readonly logins?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

async function prepare({ logins, args = [] }: Changes = {}) {
  const given = logins ?? { [images.host]: passwords.images, [target.host]: passwords.target };
  const auths = Object.entries(given).map(([key, password]) => [key, { auth: toBase64(`me:${password}`) }]);
  await writeFile(join(folder, 'login.json'), JSON.stringify({ auths: Object.fromEntries(auths) as object }));
  const params = {
    image: `${target.host}/shop/web:1`,
    'builder-image': `${images.host}/cnb/builder:1`,
    'run-image': `${images.host}/cnb/run:1`,
    environment: `MODE=${environmentValue}=1,EMPTY=`,
    'registry-auth': 'login.json',
    'results-dir': 'results',
  };
  const isGiven = (name: string): boolean => args.some((arg) => arg.startsWith(`--${name}=`));
  const flags = Object.entries(params).flatMap(([name, value]) => (isGiven(name) ? [] : [`--${name}=${value}`]));
  const environment = { PATH: process.env['PATH'], HOME: folder };
  return runInProcess('buildpacks-prepare', [...flags, ...args], { cwd: folder, environment });
}

const read = (path: string): Promise<string> => readFile(join(folder, path), 'utf8');

describe('before a build', () => {
  it('images are checked, and the files of the phases written', async () => {
    const end = await prepare();
    expect(end, end.stderr).toMatchObject({ exitCode: 0 });
    expect(await read('platform/env/MODE')).toBe(`${environmentValue}=1`);
    expect(await read('platform/env/EMPTY')).toBe('');
    expect(await read('prepared/builder')).toBe(`${images.host}/cnb/builder:1@${builder.digest}`);
    expect(JSON.parse(await read('lifecycle-auth/config.json'))).toEqual({
      auths: {
        [target.host]: { auth: toBase64(`me:${passwords.target}`) },
        [images.host]: { auth: toBase64(`me:${passwords.images}`) },
      },
    });
  });

  it('the Task counts as incomplete, and nothing that is written or logged has a secret', async () => {
    const end = await prepare();
    expect(await read('results/status')).toBe('incomplete');
    const report = await read('reports/buildpacks-build.json');
    expect(JSON.parse(report)).toMatchObject({
      task: 'buildpacks-build',
      status: 'incomplete',
      items: [
        { id: `builder ${images.host}/cnb/builder:1`, reason: 'image-readable', evidence: { digest: builder.digest } },
        { id: `run image ${images.host}/cnb/run:1`, reason: 'image-readable' },
        { id: `image ${target.host}/shop/web:1`, reason: 'image-writable' },
      ],
    });
    expect(end.stderr + end.stdout + report).not.toMatch(/canary/);
  });

  it('files of an earlier run are removed, and variables of a folder are read', async () => {
    await mkdir(join(folder, 'platform/env'), { recursive: true });
    await writeFile(join(folder, 'platform/env/OLD'), 'old');
    await mkdir(join(folder, 'variables'));
    await writeFile(join(folder, 'variables/MODE'), 'from the folder');
    await writeFile(join(folder, 'variables/LINES'), 'a\nb\n');
    expect((await prepare({ args: ['--build-env-dir=variables'] })).exitCode).toBe(0);
    expect((await readdir(join(folder, 'platform/env'))).sort()).toEqual(['EMPTY', 'LINES', 'MODE']);
    expect(await read('platform/env/LINES')).toBe('a\nb\n');
    expect(await read('platform/env/MODE')).toBe(`${environmentValue}=1`);
  });

  it.each([
    ['builder', 'builder', () => ({ [target.host]: passwords.target })],
    [
      'run image',
      'run image',
      () => ({ [target.host]: passwords.target, [`${images.host}/cnb/builder`]: passwords.images }),
    ],
  ])('a missing login names the %s, its address, the login and the status', async (_, use, logins) => {
    const end = await prepare({ logins: logins() });
    expect(end.exitCode).toBe(4);
    const last = end.stderr.trimEnd().split('\n').at(-1) ?? '';
    const image = use === 'builder' ? 'builder' : 'run';
    expect(last).toContain(`checking ${use} ${images.host}/cnb/${image}:1 at ${images.host} with no login: `);
    expect(last).toContain('401');
    expect(last).not.toContain(`checking image`);
    expect(await readdir(folder)).not.toContain('platform');
  });

  it('a wrong login for the new image names it and where the login is from', async () => {
    const logins = { [images.host]: passwords.images, [`${target.host}/shop`]: 'canary-of-nobody' };
    const end = await prepare({ logins });
    expect(end.exitCode).toBe(4);
    expect(end.stderr).toContain(
      `checking image ${target.host}/shop/web:1 at ${target.host} with the login for ${target.host} of the workspace registry-auth: POST`,
    );
    expect(end.stderr).toContain('401');
    expect(end.stderr).not.toContain('checking run image');
    expect(end.stderr).not.toMatch(/canary/);
    expect(JSON.parse(await read('reports/buildpacks-build.json'))).toMatchObject({ counts: { done: 2, failed: 1 } });
  });

  it('an image that does not exist is named with the status', async () => {
    const end = await prepare({ args: [`--run-image=${images.host}/cnb/run:2`] });
    expect(end.exitCode).toBe(4);
    expect(end.stderr).toContain(`checking run image ${images.host}/cnb/run:2 at ${images.host} with the login for`);
    expect(end.stderr).toContain('404');
  });

  it('a mirror that lacks a layer at first is asked once more', async () => {
    let lacking = 1;
    fault = ({ method, path }) =>
      method === 'HEAD' && path.includes(runLayer.digest) && lacking-- > 0
        ? { kind: 'answer', status: 404 }
        : undefined;
    expect((await prepare()).exitCode).toBe(0);
    lacking = 2;
    const end = await prepare();
    expect(end.exitCode).toBe(4);
    expect(end.stderr).toContain(`404, the registry does not have its layer ${runLayer.digest}`);
  });

  it.each([
    ['an image that is not a builder', () => `--builder-image=${images.host}/cnb/other:1`, 'has no CNB_USER_ID'],
    ['an API that the lifecycle does not support', () => '--platform-api=0.14', 'only 0.12, 0.13'],
    ['an invalid name', () => '--cache-image=https://cache', '--cache-image: expected the name of an image'],
    ['Secrets of the account', () => '--account-secrets-dir=app', 'Tekton gives its Secrets index.html to each step'],
    ['a source that is not there', () => '--app-folder=none', 'none'],
    ['a source outside', () => '--app-folder=../x', 'invalid path'],
    ['an invalid variable', () => '--environment=hunter2', 'entry 1: expected NAME=value'],
  ])('refuses %s', async (_, arg, why) => {
    const end = await prepare({ args: [arg()] });
    expect(end.exitCode).toBe(2);
    expect(end.stderr).toContain(why);
    expect(end.stderr).not.toContain('hunter2');
  });
});

import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { toBase64 } from '../../../src/domain/core/redaction/secret-forms.ts';
import { freePorts, askUrl } from '../../../testbed/clusters/loopback.ts';
import { waitFor } from '../../../testbed/clusters/wait.ts';
import { tarOf } from '../../builders/tar.ts';
import { startTrustedRegistry } from '../../fakes/trusted-registry.ts';
import { password, startBuildpackScene, type BuildpackScene, type Files } from '../../builders/buildpack-scene.ts';
import { startImage, type TaskRunEnd } from '../../builders/task-steps.ts';
import { digestOf } from '../../fakes/oci-images.ts';
import { killAndBuild, killMoments } from './killed-build.ts';

let scene: BuildpackScene;

beforeAll(async () => {
  scene = await startBuildpackScene();
}, 1_200_000);

afterAll(() => scene.stop());

/** A package of 100 MB in many files, as frameworks are. */
const modules = Array.from({ length: 2000 }, (_, index): [string, Uint8Array] => [
  `greeting/part${String(index)}.py`,
  Buffer.from(`# ${randomBytes(25_000).toString('hex')}\n`),
]);
const init = { 'greeting/__init__.py': Buffer.from('text = "hello"\n') };
const wheel = zipSync({ ...init, ...Object.fromEntries(modules) }, { level: 0 });
const python: Files = {
  'requirements.txt': 'greeting==1.0\n',
  'wheels/greeting-1.0-py3-none-any.whl': wheel,
  'app.py': 'import greeting\nprint(greeting.text)\n',
};

const greeting = tarOf([
  { name: 'package/package.json', content: '{"name":"greeting","version":"1.0.0","main":"main.js"}' },
  { name: 'package/main.js', content: 'module.exports = "hello from a package"' },
]);
const nodeServer = `const text = require('greeting');
require('node:http').createServer((_, answer) => answer.end(text)).listen(process.env.PORT);
`;
const nodeFiles: Files = {
  'package.json': '{}',
  'server.js': nodeServer,
  'vendor/greeting.tgz': gzipSync(greeting),
};

/** Output of all steps, for messages of failed expectations. */
function logOf({ steps }: TaskRunEnd): string {
  return steps.map(({ name, exitCode, output }) => `== ${name}: ${String(exitCode)}\n${output}`).join('\n');
}

function outputOf({ steps }: TaskRunEnd, step: string): string {
  return steps.find(({ name }) => name === step)?.output ?? '';
}

/** Time of the phases of the lifecycle. */
function phasesOf({ steps }: TaskRunEnd): number {
  const phases = steps.filter(({ name }) => !['prepare', 'result'].includes(name));
  return phases.reduce((total, { milliseconds }) => total + milliseconds, 0);
}

async function readReport(): Promise<unknown> {
  return JSON.parse(await readFile(join(scene.scratch, 'source/reports/buildpacks-build.json'), 'utf8'));
}

describe('a build', () => {
  it('pushes an image and reports it; an unchanged source is built from the cache with the same digest', async () => {
    await scene.writeSource(python);
    const first = await scene.build({ tag: 'python' });
    expect(first.steps.at(-1), logOf(first)).toMatchObject({ name: 'result', exitCode: 0 });
    const digest = await digestOf(scene.open, 'shop/web:python');
    expect(first.results).toMatchObject({
      IMAGE_URL: `${scene.guarded}/shop/web:python`,
      IMAGE_DIGEST: digest,
      builder: expect.stringMatching(/\/cnb\/builder:1@sha256:[0-9a-f]{64}$/) as unknown,
      'sbom-folder': 'sbom',
      status: 'succeeded',
    });
    expect(await readReport()).toMatchObject({
      status: 'succeeded',
      message: `built ${scene.guarded}/shop/web:python@${String(digest)} with crane-tasks/python 1.0.0`,
    });
    const bill = await readFile(join(scene.scratch, 'source/sbom/launch/crane-tasks_python/sbom.cdx.json'), 'utf8');
    expect(JSON.parse(bill)).toMatchObject({ components: [{ name: 'greeting', version: '1.0' }] });

    const second = await scene.build({ tag: 'python' });
    expect(second.results['IMAGE_DIGEST'], logOf(second)).toBe(digest);
    expect(outputOf(first, 'build')).toContain('installing 1 packages');
    expect(outputOf(second, 'build')).toContain('reusing the packages');
    expect(phasesOf(first) / phasesOf(second)).toBeGreaterThan(3);

    const params = { 'previous-image': `${scene.guarded}/shop/web:python` };
    const tagged = await scene.build({ tag: 'python-2', params });
    expect(outputOf(tagged, 'build'), logOf(tagged)).toContain('reusing the packages');
    expect(tagged.results['IMAGE_DIGEST']).toBe(digest);
  });
});

describe('a build that is killed', () => {
  it.each(killMoments)('%s pushes no half image, and the next build succeeds', async (name, moment) => {
    const { killed, left, again, digest } = await killAndBuild(scene, name.replaceAll(' ', '-'), moment);
    expect(killed.steps.at(-1), logOf(killed)).toMatchObject({ name: moment.step, exitCode: 137 });
    expect([killed.results['IMAGE_DIGEST'], left]).toEqual(['', undefined]);
    expect(again.results, logOf(again)).toMatchObject({ status: 'succeeded', IMAGE_DIGEST: digest });
    await scene.unpack(name.replaceAll(' ', '-'));
  });
});

describe('a source without what a buildpack looks for', () => {
  it('ends in the phase detect, which names the buildpacks and what to check', async () => {
    // As when .gitignore leaves out the only file that is built.
    await scene.writeSource({ 'requirements.txt': 'greeting==1.0\n' });
    const end = await scene.build({ tag: 'undetected' });
    expect(end.steps.at(-1), logOf(end)).toMatchObject({ name: 'detect' });
    expect(end.steps.at(-1)?.exitCode).not.toBe(0);
    expect(outputOf(end, 'detect')).toContain('No buildpack groups passed detection.');
    expect(outputOf(end, 'detect')).toContain('fail: crane-tasks/python@1.0.0');
    expect(await digestOf(scene.open, 'shop/web:undetected')).toBeUndefined();
  });
});

describe('a registry with an authority of its own', () => {
  it('gets the image and the cache, with another platform API, and is refused without it', async () => {
    const folder = join(scene.scratch, 'trusted');
    const trusted = await startTrustedRegistry(folder);
    try {
      await scene.writeSource(nodeFiles);
      const params = {
        image: `${trusted.host}/shop/web:1`,
        'cache-image': `${trusted.host}/shop/cache:1`,
        'platform-api': '0.14',
      };
      const end = await scene.build({ tag: '', params, workspaces: { 'ca-bundle': join(folder, 'trust') } });
      expect(end.results, logOf(end)).toMatchObject({ status: 'succeeded', IMAGE_URL: params.image });
      const again = await scene.build({ tag: '', params, workspaces: { 'ca-bundle': join(folder, 'trust') } });
      expect(outputOf(again, 'build'), logOf(again)).toContain('reusing the packages');
      expect(again.results['IMAGE_DIGEST']).toBe(end.results['IMAGE_DIGEST']);
      // The lifecycle verifies certificates of such a registry too.
      const refused = await scene.build({ tag: '', params: { ...params, 'insecure-registry': trusted.host } });
      expect(refused.steps.at(-1)).toMatchObject({ name: 'prepare', exitCode: 4 });
      expect(outputOf(refused, 'prepare')).toContain(`checking image ${params.image} at ${trusted.host}`);
      expect(outputOf(refused, 'prepare')).toContain('(tls-untrusted)');
      expect(outputOf(refused, 'prepare')).toContain('ca-config-map');
      // An option of Node, which users cannot give.
      expect(outputOf(refused, 'prepare')).not.toContain('use-system-ca');
    } finally {
      await trusted.stop();
    }
  });
});

const probe = `#!/usr/bin/env python3
import glob, os
def show(path):
    try:
        print(path, open(path, errors="replace").read())
    except OSError as error:
        print(path, error)
print(dict(os.environ))
places = ["/crane-tasks", "/workspace", "/var/run/secrets/kubernetes.io/serviceaccount", os.environ["HOME"], "/tmp"]
for place in places:
    for folder, _, files in os.walk(place):
        for name in files:
            show(os.path.join(folder, name))
for path in glob.glob("/proc/[0-9]*/environ"):
    show(path)
open(os.path.join(os.environ["CNB_LAYERS_DIR"], "launch.toml"), "w").close()
print("mode is " + open(os.path.join(os.environ["CNB_PLATFORM_DIR"], "env/MODE")).read())
`;

describe('the code of a buildpack', () => {
  it('sees variables of the build and no login', async () => {
    await scene.writeSource({ 'index.html': 'hello' });
    const buildpack = await scene.writeBuildpack({
      detect: probe.replaceAll('os.environ["CNB_LAYERS_DIR"]', '"/tmp"'),
      build: probe,
    });
    const end = await scene.build({ tag: 'probe', buildpack, params: { environment: 'MODE=a=b' } });
    expect(end.results['status'], logOf(end)).toBe('succeeded');
    expect(outputOf(end, 'build')).toContain('mode is a=b');
    expect(outputOf(end, 'build')).toContain('/workspace/source/app/index.html');
    const seen = logOf(end);
    for (const secret of [password, toBase64(`me:${password}`)]) expect(seen).not.toContain(secret);
    for (const step of ['detect', 'build']) expect(outputOf(end, step)).not.toMatch(/lifecycle-auth|registry-auth/);
  });

  it.each([
    ['build', 51, { detect: '#!/bin/sh\nexit 0\n', build: '#!/bin/sh\nexit 3\n' }],
    ['detect', 21, { detect: '#!/bin/sh\nexit 3\n', build: '' }],
    ['detect', 20, { detect: '#!/bin/sh\nexit 100\n', build: '' }],
  ])('that fails in %s ends the step with exit code %i, and no later step runs', async (step, exitCode, programs) => {
    await scene.writeSource({ 'index.html': 'hello' });
    const end = await scene.build({ tag: 'failed', buildpack: await scene.writeBuildpack(programs) });
    expect(end.steps.at(-1), logOf(end)).toMatchObject({ name: step, exitCode });
    expect(end.results).toMatchObject({ IMAGE_DIGEST: '', status: 'incomplete' });
    expect(await readReport()).toMatchObject({ status: 'incomplete', remedy: 'Read the log of the step that failed.' });
    expect(await digestOf(scene.open, 'shop/web:failed')).toBeUndefined();
  });
});

/** Builds the source, starts the image and runs the work with the address of its server. */
async function serve<T>(tag: string, work: (url: string) => Promise<T>): Promise<T> {
  const end = await scene.build({ tag });
  expect(end.results['status'], logOf(end)).toBe('succeeded');
  const image = await scene.unpack(tag);
  const [port = 0] = await freePorts(1);
  const environment = [...image.environment, `PORT=${String(port)}`];
  const stop = await startImage({ ...image, environment }, join(scene.scratch, `server-${tag}`));
  const url = `http://127.0.0.1:${String(port)}/`;
  try {
    await waitFor({ what: `the server of image ${tag}`, seconds: 30, everyMs: 100, check: () => missing(url) });
    return await work(url);
  } finally {
    await stop();
  }
}

/** Why a server does not answer; undefined when it does. */
async function missing(url: string): Promise<string | undefined> {
  const answer = await askUrl(url);
  return typeof answer === 'string' ? answer : undefined;
}

describe('an image', () => {
  it('of a Node application has its packages, which come from the cache', async () => {
    await scene.writeSource(nodeFiles);
    const page = await serve('node', async (url) => (await fetch(url)).text());
    expect(page).toBe('hello from a package');
    const again = await scene.build({ tag: 'node' });
    expect(outputOf(again, 'build'), logOf(again)).toContain('reusing the packages');
  });

  it('of a changed site never leaves an old page in a browser, although all files have one date', async () => {
    await scene.writeSource({ 'index.html': 'color: red' });
    const tag = await serve('site', async (url) => {
      const answer = await fetch(url);
      expect(await answer.text()).toBe('color: red');
      expect(answer.headers.get('last-modified')).toBeNull();
      return answer.headers.get('etag') ?? '';
    });
    await scene.writeSource({ 'index.html': 'color: rad' });
    await serve('site2', async (url) => {
      const since = 'Wed, 01 Jan 2031 00:00:00 GMT';
      const conditional = await fetch(url, { headers: { 'if-none-match': tag, 'if-modified-since': since } });
      expect([conditional.status, await conditional.text()]).toEqual([200, 'color: rad']);
      const unchanged = await fetch(url, { headers: { 'if-none-match': conditional.headers.get('etag') ?? '' } });
      expect(unchanged.status).toBe(304);
    });
  });
});

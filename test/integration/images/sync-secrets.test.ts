import { randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Fault, PassingRequest } from '../../fakes/fault-proxy.ts';
import { buildImage, buildLayer, digestOf, pushImage, type BuiltImage } from '../../fakes/oci-images.ts';
import {
  kubeconfigText,
  makeWorkspace,
  planText,
  runSync,
  startSync,
  startSyncScene,
  type SyncScene,
} from '../../fakes/sync-scene.ts';
import { requireToken } from '../../fakes/token-front.ts';

let scene: SyncScene;

beforeAll(async () => {
  scene = await startSyncScene();
});

afterAll(async () => {
  await scene.stop();
});

async function pushTo(name: string): Promise<BuiltImage> {
  const image = buildImage([buildLayer('own', randomBytes(20_000))], name);
  await pushImage(scene.source.host, `${name}/web:1`, image);
  return image;
}

async function planFor(
  name: string,
  image: BuiltImage,
  hosts: { source: string; destination: string },
): Promise<string> {
  const entry = { source: `${name}/web`, destination: `moved/${name}`, image, tags: ['1', '2'] };
  return makeWorkspace(scene, { 'plan.json': planText(hosts.source, hosts.destination, [entry]) });
}

/** Command line and environment of every process of this computer. */
async function processTexts(): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const files = pids.flatMap((pid) => [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`]);
  return Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
}

async function fileTexts(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n');
}

describe('tokens and passwords', () => {
  it('are in no argument, environment, log, result, report or file of the workspace', async () => {
    const [sourceToken, password] = [
      `canary-${randomBytes(16).toString('hex')}`,
      `canary-${randomBytes(16).toString('hex')}`,
    ];
    const slow = ({ method, path: url }: PassingRequest): Fault | undefined =>
      method === 'GET' && url.includes('/blobs/') ? { kind: 'delay', milliseconds: 500 } : undefined;
    const image = await pushTo('canary');
    const source = await scene.front(
      'source',
      requireToken((token) => token === sourceToken, slow),
    );
    const destination = await scene.front(
      'destination',
      requireToken((token) => token === password),
    );
    const workspace = await planFor('canary', image, { source: source.host, destination: destination.host });
    const kubeconfig = path.join(scene.folder, 'canary-kubeconfig');
    await writeFile(kubeconfig, kubeconfigText({ source: { token: sourceToken } }));
    const auth = Buffer.from(`robot:${password}`).toString('base64');
    const config = path.join(scene.folder, 'config.json');
    await writeFile(config, JSON.stringify({ auths: { [destination.host]: { auth } } }));
    const temporary = await makeWorkspace(scene, {});
    const login = [`--kubeconfig=${kubeconfig}`, '--source-context=source', `--registry-auth=${config}`];
    const child = startSync(workspace, [`--ca-bundle=${scene.caFile}`, ...login, '--debug'], { TMPDIR: temporary });
    const run = { ended: false };
    void child.finally(() => {
      run.ended = true;
    });
    const seen: string[] = [];
    while (!run.ended) {
      seen.push(...(await processTexts()));
      await pause(5);
    }
    const { exitCode, stdout, stderr } = await child;
    expect(exitCode).toBe(0);
    expect(seen.some((text) => /^(?:\S*\/)?skopeo\0/.test(text))).toBe(true);
    const written = [stdout, stderr, await fileTexts(workspace), ...seen];
    const secrets = [sourceToken, password, auth, Buffer.from(`crane:${sourceToken}`).toString('base64')];
    for (const secret of secrets) expect(written.filter((text) => text.includes(secret))).toEqual([]);
    expect(await readdir(temporary)).toEqual([]);
  });
});

describe('a hostile source registry', () => {
  async function attack(name: string, decide: (request: PassingRequest, trap: string) => Fault | undefined) {
    const trap = await scene.front('source');
    const source = await scene.front('source', (request) =>
      decide(request, trap.host.replace('127.0.0.1', 'localhost')),
    );
    const destination = await scene.front('destination');
    const workspace = await planFor(name, await pushTo(name), { source: source.host, destination: destination.host });
    const kubeconfig = path.join(scene.folder, 'hostile-kubeconfig');
    await writeFile(kubeconfig, kubeconfigText({ source: { token: 'canary-hostile' } }));
    const login = [`--kubeconfig=${kubeconfig}`, '--source-context=source'];
    const run = await runSync(workspace, [`--ca-bundle=${scene.caFile}`, ...login]);
    return { run, trapped: trap.requests.filter(({ headers }) => headers.authorization !== undefined) };
  }

  it('cannot have the login sent to a realm elsewhere', async () => {
    const { run, trapped } = await attack('realm', (_request, trap) => ({
      kind: 'answer',
      status: 401,
      headers: { 'www-authenticate': `Bearer realm="https://${trap}/token",service="x"` },
    }));
    expect(trapped).toEqual([]);
    expect(run.exitCode).toBe(3);
    expect(run.stderr).toContain('neither the registry nor of its domain');
  });

  it('gets no login when it asks only skopeo for one', async () => {
    const { run, trapped } = await attack('skopeo-only', ({ headers }, trap) => {
      if (!/^skopeo/.test(headers['user-agent'] ?? '') || headers.authorization !== undefined) return undefined;
      const challenge = `Bearer realm="https://${trap}/token",service="x"`;
      return { kind: 'answer', status: 401, headers: { 'www-authenticate': challenge } };
    });
    expect(trapped).toEqual([]);
    expect(run.exitCode).toBe(4);
    expect(run.stderr).not.toContain('canary-hostile');
  });

  it('gets no login of another registry: skopeo has only the one for its copy', async () => {
    const image = await pushTo('single');
    const seen: string[] = [];
    const source = await scene.front('source', ({ headers, path: url }) => {
      if (headers.authorization === undefined)
        return { kind: 'answer', status: 401, headers: { 'www-authenticate': 'Basic realm="registry"' } };
      seen.push(headers.authorization);
      return url.includes('/blobs/') ? { kind: 'delay', milliseconds: 400 } : undefined;
    });
    const destination = await scene.front('destination');
    const workspace = await planFor('single', image, { source: source.host, destination: destination.host });
    const auths = Object.fromEntries(
      [source.host, destination.host, 'other.example', `${source.host}/other`].map((host) => [
        host,
        { auth: Buffer.from(`robot:canary-of-${host}`).toString('base64') },
      ]),
    );
    const config = path.join(scene.folder, 'several.json');
    await writeFile(config, JSON.stringify({ auths }));
    const temporary = await makeWorkspace(scene, {});
    const child = startSync(workspace, [`--ca-bundle=${scene.caFile}`, `--registry-auth=${config}`], {
      TMPDIR: temporary,
    });
    let written = '';
    while (seen.length < 2 || !written.includes('"auth":')) {
      written = await fileTexts(temporary).catch(() => '');
      await pause(5);
    }
    const { exitCode } = await child;
    expect(exitCode).toBe(0);
    // The destination asked for no login, so skopeo has none for it either.
    expect(written).toContain(auths[source.host]?.auth);
    for (const host of [destination.host, 'other.example', `${source.host}/other`])
      expect(written).not.toContain(auths[host]?.auth);
  });

  it('cannot redirect a request with its login elsewhere', async () => {
    const { run, trapped } = await attack('redirect', ({ path: url, headers }, host) => {
      const challenge = { 'www-authenticate': 'Basic realm="registry"' };
      if (headers.authorization === undefined) return { kind: 'answer', status: 401, headers: challenge };
      return url === '/v2/'
        ? undefined
        : { kind: 'answer', status: 302, headers: { location: `https://${host}${url}` } };
    });
    // skopeo follows the redirect, as every client of registries does: without the login.
    expect(trapped).toEqual([]);
    expect(await digestOf(scene.destination.host, 'moved/redirect:1')).toBeDefined();
    // The list of referrers is asked by this program.
    expect(run.exitCode).toBe(4);
    expect(run.stderr).toContain('which is not followed');
  });

  it('cannot fill the memory with an endless manifest', async () => {
    const body = 'x'.repeat(5 * 1024 * 1024);
    const { run } = await attack('endless', ({ path: url }) =>
      url.includes('/manifests/')
        ? { kind: 'answer', status: 200, body, headers: { 'content-type': 'application/json' } }
        : undefined,
    );
    expect(run.exitCode).toBe(4);
    expect(run.stderr).toMatch(/exceeded maximum allowed size of \d+ bytes/);
  });
});

import { writeFileSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';

import { readContents, runExport, startExport } from '../../builders/export-run.ts';
import { forbidden, kindOf, listOfMaps, secondPage, secrets, useExportScene } from '../../builders/export-scene.ts';

const scene = useExportScene();

describe('an export folder', () => {
  it('holds each digit of a long number', async () => {
    const text = '{"items":[{"metadata":{"name":"a","namespace":"shop"},"spec":{"nanoseconds":1712345678901234567}}]}';
    const run = await scene.exportFrom({
      decide: (request) => (request.path === listOfMaps ? { kind: 'text', type: 'application/json', text } : undefined),
    });
    const contents = await run.contents();
    expect(contents['resources/shop/ConfigMap__v1_shop_a.yaml']).toContain('nanoseconds: 1712345678901234567\n');
  });

  it('gives hostile names files of their own, all within the folder', async () => {
    const names = [
      '../../escape',
      '..',
      '/etc/passwd',
      'a\u0000b',
      'x'.repeat(4000),
      '\u202eevil',
      '\u001b[2Jclear',
      '-rf',
      'Case',
      'case',
      'a\nb',
    ];
    const run = await scene.exportFrom({
      kinds: [kindOf('oddities', 'Oddity', { names: names, group: 'odd.example.com' })],
    });
    expect(run).toMatchObject({ exitCode: 0, results: { 'resource-count': String(names.length) } });
    const files = await run.files();
    expect(new Set(files.map((file) => file.toLowerCase())).size).toBe(names.length);
    expect(files.every((file) => /^resources\/shop\/[A-Za-z0-9._:~-]{1,255}$/.test(file))).toBe(true);
    expect(await readdir(scene.scratch)).toEqual(expect.arrayContaining(['export', 'kubeconfig']));
    expect(await readdir(scene.scratch)).toHaveLength(2);
    expect(run.stderr).not.toContain('\u001b');
  });
});

describe('an export that ends early, or again', () => {
  it('ends with 3 when the token is refused, and never prints it', async () => {
    const run = await scene.exportFrom(
      { decide: () => ({ kind: 'status', status: 401, body: { reason: 'Unauthorized' } }) },
      { debug: 'true' },
    );
    expect(run).toMatchObject({ exitCode: 3, results: { status: 'unauthorized' } });
    expect(run.stderr).toMatch(/renew it in the kubeconfig/);
    expect(run.stderr + run.stdout + JSON.stringify(run.report)).not.toContain('canary-token');
    expect(await run.files()).toEqual([]);
  });

  it('reads a token file again when its token expires in the middle', async () => {
    const tokenFile = path.join(scene.scratch, 'token');
    await writeFile(tokenFile, 'old-token');
    const api = await scene.startServer({
      decide: (request) => {
        if (!secondPage(request) || request.authorization.endsWith('new-token')) return undefined;
        writeFileSync(tokenFile, 'new-token');
        return { kind: 'status', status: 401 };
      },
    });
    const kubeconfig = await api.writeKubeconfig(scene.scratch);
    const text = await readFile(kubeconfig, 'utf8');
    await writeFile(kubeconfig, text.replace('"token":"canary-token-of-fake"', '"tokenFile":"token"'));
    const run = await runExport({
      kubeconfig,
      context: 'fake',
      namespace: 'shop',
      'export-dir': path.join(scene.scratch, 'export'),
    });
    expect(run).toMatchObject({ exitCode: 0, results: { 'resource-count': '132' } });
    const used = api.requests.map((request) => request.authorization);
    expect([used[0], used.at(-1)]).toEqual(['Bearer old-token', 'Bearer new-token']);
  });

  it('keeps a finished export when a later one fails', async () => {
    const before = await scene.exportFrom({});
    const bytes = await before.contents();
    await scene.stopServer();
    const later = await scene.exportFrom({
      decide: ({ path: asked }) => (asked === '/apis' ? { kind: 'status', status: 403 } : undefined),
    });
    expect(later.exitCode).toBe(3);
    expect(await later.contents()).toEqual(bytes);
  });

  it('stops soon on request, writes its report and leaves the finished export alone', async () => {
    const before = await scene.exportFrom({});
    const bytes = await before.contents();
    await scene.stopServer();
    const slow = await scene.startServer({
      decide: (request) => (secondPage(request) ? { kind: 'delay', milliseconds: 60_000 } : undefined),
    });
    const kubeconfig = await slow.writeKubeconfig(scene.scratch);
    const running = startExport({ kubeconfig, context: 'fake', namespace: 'shop', 'export-dir': before.folder });
    await vi.waitUntil(() => scene.requests().some(secondPage), { timeout: 20_000 });
    running.kill('SIGTERM');
    const stopped = Date.now();
    const { exitCode, stderr } = await running;
    expect(Date.now() - stopped).toBeLessThan(2000);
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(/stopped by a signal.*Run again to resume/);
    expect(JSON.parse(await readFile(path.join(before.folder, 'reports/crane-export.json'), 'utf8'))).toMatchObject({
      status: 'interrupted',
    });
    expect(await readContents(before.folder)).toEqual(bytes);
  });

  it('removes what the namespace no longer has', async () => {
    await scene.exportFrom({});
    await scene.stopServer();
    const run = await scene.exportFrom({ kinds: [secrets] });
    expect(await run.files()).toHaveLength(2);
  });

  it('refuses a folder that holds another namespace', async () => {
    const run = await scene.exportFrom({});
    await writeFile(path.join(run.folder, 'index.json'), '{"schemaVersion":1,"namespace":"other","files":[]}');
    await scene.stopServer();
    expect(await scene.exportFrom({})).toMatchObject({ exitCode: 2, results: { status: 'invalid-param' } });
  });

  it('ends with 2 for a namespace that an account without rights to it cannot prove to exist', async () => {
    const run = await scene.exportFrom({
      decide: ({ path: asked }) =>
        asked.startsWith('/api/v1/namespaces/') ? { kind: 'status', status: 403, body: forbidden } : undefined,
    });
    expect(run).toMatchObject({ exitCode: 2, results: { status: 'namespace-not-found' } });
    expect(await run.files()).toEqual([]);
  });

  it.each([['"; rm -rf /'], ['$(reboot)'], ['a\nb'], ['--context'], ['-n'], ['../x'], ['']])(
    'takes the namespace %j for what it is: no name of a namespace',
    async (namespace) => {
      expect(await scene.exportFrom({}, { namespace })).toMatchObject({
        exitCode: 2,
        results: { status: 'invalid-param' },
      });
    },
  );

  it('says which folder cannot be written', async () => {
    await writeFile(path.join(scene.scratch, 'export'), 'a file in the way');
    const run = await scene.exportFrom({});
    expect(run).toMatchObject({ exitCode: 3, results: { status: 'io-broke' } });
    expect(run.stderr).toContain(path.join(scene.scratch, 'export'));
  });
});

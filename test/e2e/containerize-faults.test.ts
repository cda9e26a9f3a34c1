import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { namesArgument } from '../../testbed/clusters/names.ts';
import { checkoutCacheFolder } from '../../testbed/clusters/places.ts';
import { registry as internalRegistry } from './forms/notes.ts';

import {
  bigFile,
  closeScene,
  containerize,
  faults,
  images,
  inPod,
  itemsOf,
  lastLine,
  layerLines,
  listExports,
  namespace,
  openScene,
  otherRoute,
  ownRoute,
  place,
  scratch,
  source,
  start,
  startPod,
  statusOf,
  tagsOf,
  throughProxy,
  trust,
  writesLayers,
} from './exports/faults-scene.ts';
import { expectResumed, heldFind } from './exports/kill-stages.ts';

beforeAll(openScene);

afterAll(closeScene);

describe.concurrent('what cannot be exported', () => {
  it('is an application that its owner excluded, without a record', async () => {
    await startPod({ name: 'private', annotations: { 'crane-tasks.dev/export': 'false' } });
    const { exitCode, stderr } = await containerize('private');
    expect([exitCode, lastLine(stderr)]).toEqual([2, expect.stringContaining('not eligible')]);
    expect([await listExports('private'), await tagsOf('private')]).toEqual([[], []]);
  });

  it('is a workload that does not exist', async () => {
    const { exitCode, stderr } = await containerize('absent');
    expect([exitCode, lastLine(stderr)]).toEqual([2, expect.stringContaining(`${namespace}/absent`)]);
    expect(await listExports('absent')).toEqual([]);
  });

  it('is a pod with several containers, until one is named', async () => {
    await startPod({ name: 'several', containers: ['tools', 'other'], fill: 'echo kept > kept' });
    const { exitCode, stderr } = await containerize('several');
    expect([exitCode, lastLine(stderr)]).toEqual([2, expect.stringContaining('tools, other')]);
    expect(await listExports('several')).toEqual([]);
    expect((await containerize('several', ['--container=tools'])).exitCode).toBe(0);
    expect(await listExports('several')).toMatchObject([{ state: 'ready' }]);
  });
});

const longName = 'n'.repeat(255);
const specialFiles = [
  'echo kept > kept',
  'echo locked > locked; chmod 0600 locked',
  'mkfifo pipe',
  'mknod null c 1 3',
  'ln -s /etc/shadow away',
  String.raw`perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Local => "socket", Listen => 1) or die'`,
  `echo long > ${longName}`,
  // As the record of logins of a computer with a large user id.
  'truncate -s 400G lastlog',
].join('; ');

describe.concurrent('files of a declared area', () => {
  it('that cannot be read stop the push and are named; allowed, they are listed', async () => {
    await startPod({ name: 'special', image: images.tools, fill: specialFiles });
    const refused = await containerize('special');
    expect([refused.exitCode, lastLine(refused.stderr)]).toEqual([4, expect.stringContaining('/files/locked')]);
    expect(await itemsOf('special')).toContainEqual(['file /files/locked', 'failed', 'unreadable']);
    expect(await tagsOf('special')).toEqual([]);
    const allowed = await containerize('special', ['--allow-incomplete=true']);
    expect(allowed.exitCode).toBe(0);
    expect(await itemsOf('special')).toEqual(
      expect.arrayContaining([
        ['file /files/locked', 'skipped', 'unreadable'],
        ['file /files/null', 'skipped', 'device'],
        ['file /files/socket', 'skipped', 'socket'],
        ['file /files/lastlog', 'skipped', 'too-large'],
      ]),
    );
    const { digest = '' } = JSON.parse(allowed.stdout) as { digest?: string };
    const lines = await layerLines('special', digest);
    expect(lines).toMatch(/^l.* files\/away -> \/etc\/shadow$/m);
    expect(lines).toMatch(/^p.* files\/pipe$/m);
    expect(lines).toContain(`files/${longName}`);
    expect(lines).toMatch(/^-.* files\/kept$/m);
    expect(lines).not.toMatch(/files\/(lastlog|locked|null|socket)|shadow$(?<!-> \/etc\/shadow)/m);
    expect(await listExports('special')).toMatchObject(
      (await listExports('special')).map(({ message }) =>
        message === '' ? { state: 'ready' } : { state: 'failed', message: expect.stringContaining('locked') as string },
      ),
    );
  });

  it('that change or vanish each time make it incomplete, with their names', async () => {
    const writer = 'while :; do date >> /files/log; rm -f /files/x; touch /files/x; done';
    await startPod({ name: 'writer', fill: 'echo kept > kept' });
    await inPod('pod/writer', `(${writer}) >/dev/null 2>&1 &`);
    const { exitCode, stderr } = await containerize('writer', ['--retries=1']);
    expect([exitCode, lastLine(stderr)]).toEqual([4, expect.stringContaining('/files/log')]);
    expect(await itemsOf('writer')).toContainEqual(['file /files/log', 'failed', 'changed-while-read']);
    expect([await listExports('writer'), await tagsOf('writer')]).toMatchObject([[{ state: 'failed' }], []]);
  });
});

describe.concurrent('a container that starts again', () => {
  it('ends the export, which has not two states of its files', async () => {
    await startPod({ name: 'restart', fill: bigFile });
    const run = containerize('restart');
    await writesLayers(run, 'restart');
    // It can end the command itself.
    await inPod('pod/restart', 'kill 1').catch(() => undefined);
    const { exitCode, stderr } = await run;
    expect([exitCode, lastLine(stderr)]).toEqual([
      4,
      expect.stringMatching(/the container (started again|ended) while/),
    ]);
    expect(await tagsOf('restart')).toEqual([]);
    expect(await listExports('restart')).toMatchObject([
      { state: 'failed', message: expect.stringMatching(/the container (started again|ended) while/) as string },
    ]);
  });
});

describe.concurrent('a run that is killed', () => {
  it.each([
    ['killed-early', ['listing', 'layers']],
    ['killed-late', ['blobs', 'manifest', 'documents']],
  ] as const)('%s is resumed under its id after each stage, and leaves no tag and no file', async (name, reached) => {
    await startPod({ name, fill: bigFile });
    await expectResumed(name, reached);
  });

  it('while the base image is listed, and while files are listed again, is resumed too', async () => {
    const name = 'killed-lists';
    await startPod({ name, image: images.tools, fill: bigFile, securityContext: { runAsUser: 0 } });
    // A file that the image has not, so that the image is listed; and the program that lists can be held.
    await inPod(`pod/${name}`, `printf '%s' '${heldFind}' > /usr/local/bin/find; chmod 0755 /usr/local/bin/find`);
    await expectResumed(name, ['base', 'again'], await throughProxy(images.tools));
  });
});

describe.concurrent('a registry that refuses', () => {
  it.each([401, 403, 405])('with %i makes the export failed, without a tag', async (status) => {
    const name = `refused-${String(status)}`;
    await startPod({ name, fill: 'echo kept > kept' });
    faults.set(name, (method) => (method === 'POST' ? { kind: 'answer', status } : undefined));
    const { exitCode, stderr } = await containerize(name);
    expect([exitCode, lastLine(stderr)]).toEqual([3, expect.stringContaining(String(status))]);
    expect(await listExports(name)).toMatchObject([
      { state: 'failed', message: expect.stringContaining(String(status)) as string },
    ]);
    expect(await tagsOf(name)).toEqual([]);
  });
});

describe.concurrent('an export in a registry that deletes', () => {
  it('is gone there after its deletion, and remains in the list', async () => {
    await startPod({ name: 'deleted', fill: 'echo kept > kept' });
    const { stdout } = await containerize('deleted');
    const { digest = '' } = JSON.parse(stdout) as { digest?: string };
    expect(await statusOf('deleted', digest)).toBe(200);
    const plain = '--registry-tls-verify=false';
    const remove = () => start(['exports', 'delete', 'deleted', ...place, ...trust(), plain]);
    const removed = await remove();
    expect([removed.exitCode, lastLine(removed.stderr)]).toEqual([0, expect.anything()]);
    expect(await statusOf('deleted', digest)).toBe(404);
    expect(await tagsOf('deleted')).toEqual([]);
    expect(await listExports('deleted')).toMatchObject([{ state: 'deleted', digest }]);
    expect((await remove()).exitCode).toBe(0);
    const line = await start(['exports', 'run-command', 'deleted', ...place]);
    expect([line.exitCode, line.stdout]).toEqual([2, '']);
  });
});

const manifestStatus = (route: string, repository: string, reference: string): Promise<string> => {
  const name = `docker://${route}/${repository}@${reference}`;
  const args = ['inspect', '--raw', '--authfile', join(scratch, 'config.json'), name];
  const certificates = ['--cert-dir', scratch];
  return execa('nsenter', [namesArgument(), `--wdns=${scratch}`, '--', 'skopeo', ...args, ...certificates], {
    reject: false,
  }).then(({ exitCode, stderr }) => (exitCode === 0 ? 'there' : /manifest unknown/.test(stderr) ? 'unknown' : stderr));
};

describe.concurrent('an export in the registry of a cluster', () => {
  it('is shown, run, archived, loaded elsewhere, and not deleted without the right', async () => {
    await startPod({ name: 'managed', fill: 'echo kept > kept', securityContext: { runAsUser: 0 } });
    await inPod('pod/managed', 'echo own > /files/own');
    await writeFile(join(scratch, 'ca.crt'), await readFile(join(checkoutCacheFolder, 'ca.crt')));
    const repository = `${namespace}/managed`;
    const target = [`--destination-registry=${ownRoute}`, `--destination-path=${repository}`];
    const made = await containerize('managed', ['--export-name=lesson'], target);
    expect([made.exitCode, lastLine(made.stderr)]).toEqual([0, expect.stringContaining('pushed')]);
    const { digest = '' } = JSON.parse(made.stdout) as { digest?: string };
    expect(await listExports('lesson')).toMatchObject([{ state: 'ready', digest }]);
    const shown = await start(['exports', 'show', 'lesson', ...place, '--output=json']);
    expect(JSON.parse(shown.stdout)).toMatchObject({ state: 'ready', digest });
    const line = await start(['exports', 'run-command', 'lesson', ...place]);
    expect(line.stdout).toContain(`docker run ${ownRoute}/${repository}@${digest}`);
    await runsAsPod(digest);
    for (const user of [0, 1_000_740_000]) await runsAs(user, `${internalRegistry}/${repository}@${digest}`);
    await isLoadedElsewhere(digest);
    const remove = (): ReturnType<typeof start> => start(['exports', 'delete', 'lesson', ...place, ...trust()]);
    expect(await manifestStatus(ownRoute, repository, digest)).toBe('there');
    // The account may push and not delete, as builders of OpenShift.
    const refused = await remove();
    expect([refused.exitCode, lastLine(refused.stderr)]).toEqual([4, expect.stringContaining('still-there')]);
    expect(await manifestStatus(ownRoute, repository, digest)).toBe('there');
    expect(await listExports('lesson')).toMatchObject([{ state: 'delete-failed', digest }]);
  });
});

/** The pod that the command prints, with the name that nodes call the registry by. */
async function runsAsPod(digest: string): Promise<void> {
  const { stdout } = await start(['exports', 'run-command', 'lesson', ...place, '--format=pod']);
  const pod = stdout.replaceAll(ownRoute, internalRegistry);
  const name = /^ {2}name: (.+)$/m.exec(pod)?.[1] ?? '';
  // The comments of the manifest ask for this secret.
  const logins = await readFile(join(scratch, 'config.json'), 'utf8');
  const stringData = { '.dockerconfigjson': logins.replaceAll(ownRoute, internalRegistry) };
  const type = 'kubernetes.io/dockerconfigjson';
  await source.apply(
    [{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'lesson-pull' }, type, stringData }],
    namespace,
  );
  await source.run(['apply', '-n', namespace, '-f', '-'], pod);
  await source.run(['wait', '--for=condition=Ready', `pod/${name}`, '-n', namespace, '--timeout=60s']);
  expect(pod).toContain(digest);
  expect(await source.run(['exec', name, '-n', namespace, '--', 'cat', '/files/kept'])).toBe('kept');
}

/** Root and a random id of group 0, as OpenShift gives it, can write to the files of the application. */
async function runsAs(user: number, image: string): Promise<void> {
  const name = `lesson-as-${String(user)}`;
  const spec = {
    terminationGracePeriodSeconds: 0,
    imagePullSecrets: [{ name: 'lesson-pull' }],
    securityContext: { runAsUser: user, runAsGroup: 0 },
    containers: [{ name: 'lesson', image }],
  };
  await source.apply([{ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec }], namespace);
  await source.run(['wait', '--for=condition=Ready', `pod/${name}`, '-n', namespace, '--timeout=60s']);
  const write = ['sh', '-ec', 'id -u; echo more >> /files/own; cat /files/own'];
  expect(await source.run(['exec', name, '-n', namespace, '--', ...write])).toBe(`${String(user)}\nown\nmore`);
}

async function isLoadedElsewhere(digest: string): Promise<void> {
  const file = join(scratch, 'lesson.tar.gz');
  const archived = await start(['exports', 'archive', 'lesson', ...place, ...trust(), `--file=${file}`]);
  expect(archived).toMatchObject({ exitCode: 0 });
  const target = `${otherRoute}/${namespace}/loaded`;
  const loaded = await start([
    'exports',
    'load',
    file,
    `--destination-image=${target}:1`,
    ...trust(),
    '--confirm-public=true',
    '--output=json',
  ]);
  expect([loaded.exitCode, lastLine(loaded.stderr)]).toEqual([0, expect.anything()]);
  expect(JSON.parse(loaded.stdout)).toMatchObject({ 'manifest-digest': digest });
  expect(await manifestStatus(otherRoute, `${namespace}/loaded`, digest)).toBe('there');
}

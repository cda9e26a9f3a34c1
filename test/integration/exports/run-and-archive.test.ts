import { execa } from 'execa';
import { load } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { failExport } from '../../../src/usecases/exports/export-run.ts';
import { findExport, takeExport } from '../../../src/usecases/exports/export-store.ts';
import { exportsNamespace, startExportsScene, type ExportsScene } from '../../fakes/exports-scene.ts';
import { digestOf } from '../../fakes/oci-images.ts';

let scene: ExportsScene;
const day = 24 * 3_600_000;

beforeAll(async () => {
  scene = await startExportsScene();
}, 120_000);

afterAll(() => scene.stop());

async function configDigest(name: string): Promise<string> {
  const [path = '', tag = ''] = name.split(':');
  const url = `http://${scene.registry.host}/v2/${path}/manifests/${tag}`;
  const accept = 'application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json';
  const manifest = (await (await fetch(url, { headers: { accept } })).json()) as { config: { digest: string } };
  return manifest.config.digest;
}

describe('the way to run an export', () => {
  it('is a command line, a Compose file, an Apptainer definition or a pod', async () => {
    const { entry } = await scene.publish('run.me');
    const image = `${scene.registry.host}/course/exports@${entry.digest}`;
    const docker = await scene.run('exports run-command', 'run.me');
    expect(docker.stdout).toContain(`docker run -p 8888:8888 -v ${entry.id}-1-home-jovyan:/home/jovyan -e DB_PASSWORD`);
    expect(docker.stdout).toContain('# Log in with the token that the log shows.');
    expect((await scene.run('exports run-command', 'run.me', '--format=podman')).stdout).toContain(`podman run`);
    const compose = load((await scene.run('exports run-command', 'run.me', '--format=compose')).stdout);
    expect(compose).toMatchObject({
      services: { 'run-me': { image, ports: ['8888:8888'], environment: ['DB_PASSWORD'] } },
    });
    const apptainer = (await scene.run('exports run-command', 'run.me', '--format=apptainer')).stdout;
    expect(apptainer).toContain(`Bootstrap: docker\nFrom: ${image}`);
    expect(apptainer).toContain('--no-home');
  });

  it('is a pod that the Pod Security Standard restricted admits', async () => {
    for (const user of ['1000:100', 'root', '']) {
      const run = { ports: ['8888/tcp'], supply: [{ name: 'T', source: 's' }], notes: [], user, workingFolder: '/' };
      const { entry } = await scene.publish(`pod-${String(user.length)}`, {
        run: { ...run, volumes: [{ path: '/data', reason: 'it was a volume' }] },
      });
      const namespace = `restricted-${String(user.length)}`;
      const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
      const metadata = { name: namespace, labels };
      await scene.local.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata });
      await scene.local
        .create(`/api/v1/namespaces/${namespace}/serviceaccounts`, {
          apiVersion: 'v1',
          kind: 'ServiceAccount',
          metadata: { name: 'default' },
        })
        .catch(() => undefined);
      const pod = load((await scene.run('exports run-command', entry.id, '--format=pod')).stdout);
      const created = scene.local.cluster.request({
        method: 'POST',
        path: `/api/v1/namespaces/${namespace}/pods`,
        query: { dryRun: 'All' },
        body: pod,
      });
      await expect(created).resolves.toMatchObject({ kind: 'Pod' });
    }
  });

  it('does not exist for an export that failed', async () => {
    const begun = await scene.begin('broken');
    await failExport({ ...scene.store(), owner: begun.owner }, begun, 'no space');
    expect(await scene.run('exports run-command', 'broken')).toMatchObject({ exitCode: 2 });
    expect(await scene.run('exports archive', 'broken')).toMatchObject({ exitCode: 2 });
  });
});

describe('the archive of an export', () => {
  it('is gzip, and skopeo reads both of its forms', async () => {
    const { entry, image } = await scene.publish('kept');
    expect(await scene.run('exports archive', 'kept')).toMatchObject({ exitCode: 0 });
    const file = `${scene.local.scratch}/${entry.id}_kept.tar.gz`;
    await execa('gzip', ['--test', file]);
    // Skopeo 1.9 does not read a docker-archive with gzip.
    const skopeo = ['--insecure-policy', 'copy', '--quiet', '--dest-tls-verify=false'];
    await execa('sh', ['-c', 'gzip -dc "$1" > "$1.tar"', 'sh', file]);
    await execa('skopeo', [...skopeo, `oci-archive:${file}.tar`, `docker://${scene.registry.host}/copy/oci:1`]);
    await execa('skopeo', [...skopeo, `docker-archive:${file}.tar`, `docker://${scene.registry.host}/copy/docker:1`]);
    expect(await digestOf(scene.registry.host, 'copy/oci:1')).toBe(image.digest);
    expect(await configDigest('copy/docker:1')).toBe(image.blobs[0]?.digest);
  });

  it('of docker save in its classic form gives the same configuration, and says so', async () => {
    const { entry, image } = await scene.publish('classic');
    const { scratch } = scene.local;
    const from = `docker://${entry.image}`;
    const classic = `docker-archive:${scratch}/classic.tar:example.com/classic:1`;
    await execa('skopeo', ['--insecure-policy', 'copy', '--quiet', '--src-tls-verify=false', from, classic]);
    await execa('gzip', ['--force', `${scratch}/classic.tar`]);
    const destination = `--destination-image=${scene.registry.host}/copy/classic:1`;
    const loaded = await scene.run('exports load', 'classic.tar.gz', destination, '--confirm-public=true');
    expect(loaded).toMatchObject({ exitCode: 0 });
    expect(loaded.stderr + loaded.stdout).toContain('the same configuration');
    expect(await configDigest('copy/classic:1')).toBe(image.blobs[0]?.digest);
    expect(await digestOf(scene.registry.host, 'copy/classic:1')).not.toBe(image.digest);
  });
});

describe('a prune', () => {
  it('lists at first, then deletes by age and number, and cleans up after runs that failed', async () => {
    const old = await scene.publish('old');
    const kept = await scene.publish('newest');
    const failed = await scene.begin('failed');
    await failExport({ ...scene.store(), owner: failed.owner }, failed, 'no space');
    for (const { entry } of [old, failed]) {
      const found = await findExport(scene.store(), entry.id);
      if (found === undefined) throw new Error('the record is gone');
      const created = new Date(Date.now() - 40 * day).toISOString();
      await takeExport(scene.store(), { ...found, entry: { ...found.entry, created } });
    }
    expect(await scene.run('exports prune')).toMatchObject({ exitCode: 2 });
    expect(await scene.run('exports prune', '--older-than=30d')).toMatchObject({ exitCode: 0 });
    expect(await digestOf(scene.registry.host, `course/exports:${old.image.digest}`)).toBe(old.image.digest);
    expect(await scene.run('exports prune', '--older-than=30d', '--keep=1', '--dry-run=false')).toMatchObject({
      exitCode: 0,
    });
    expect(await digestOf(scene.registry.host, `course/exports:${old.image.digest}`)).toBeUndefined();
    expect(await digestOf(scene.registry.host, `course/exports:${kept.image.digest}`)).toBe(kept.image.digest);
    expect(await scene.stateOf(old.entry.id)).toBe('deleted');
    const path = `/api/v1/namespaces/${exportsNamespace}/configmaps/export-${failed.entry.id}`;
    await expect(scene.local.cluster.request({ path })).rejects.toMatchObject({ status: 404 });
  });
});

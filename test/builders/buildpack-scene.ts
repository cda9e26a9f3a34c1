import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { execa } from 'execa';

import { toBase64 } from '../../src/domain/core/redaction/secret-forms.ts';
import { buildBuildpackImages } from '../../testbed/buildpacks/build-images.ts';
import { startRegistry } from '../../testbed/clusters/registry.ts';
import { startFaultProxy, type Fault, type PassingRequest } from '../fakes/fault-proxy.ts';
import { runTaskSteps, type StepKill, type TaskRunEnd, type UnpackedImage } from './task-steps.ts';
import { unpackImage, unpackUpon } from './unpack-image.ts';

/** Password of the account without which the registry refuses everything. */
export const password = 'canary-of-registry';

/** Contents of files by their paths. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

export interface BuildRequest {
  /** Tag of the new image in repository `shop/web`. */
  readonly tag: string;
  readonly params?: Readonly<Record<string, string>>;
  /** Folders that are bound too, or instead of those of the scene. */
  readonly workspaces?: Readonly<Record<string, string>>;
  /** Buildpack that replaces all those of the builder. */
  readonly buildpack?: string;
  readonly kill?: StepKill;
}

export interface BuildpackScene {
  readonly scratch: string;
  /** Registry without login, for tests to look at. */
  readonly open: string;
  /** The same registry, with a login. */
  readonly guarded: string;
  /** What the registry with a login was asked so far. */
  readonly requests: readonly PassingRequest[];
  /** Requests with such a path wait for seconds. */
  readonly slow: { path: RegExp | undefined };
  /** Replaces the source of the application. */
  writeSource(files: Files): Promise<void>;
  /** Runs all steps of the Task. */
  build(request: BuildRequest): Promise<TaskRunEnd>;
  /** Writes a buildpack with these programs, and gives its folder. */
  writeBuildpack(programs: { readonly detect: string; readonly build: string }): Promise<string>;
  /** Unpacks a built image. */
  unpack(tag: string): Promise<UnpackedImage>;
  stop(): Promise<void>;
}

/** A registry with a builder and a run image, and the folders of an application. */
export async function startBuildpackScene(): Promise<BuildpackScene> {
  const scratch = await mkdtemp(join(tmpdir(), 'buildpacks-'));
  // Users of containers read what is below.
  await chmod(scratch, 0o755);
  const images = await buildBuildpackImages();
  const backend = await startRegistry({ dir: join(scratch, 'registry') });
  const slow: BuildpackScene['slow'] = { path: undefined };
  const front = await startFaultProxy({
    target: backend.host,
    decide: (request) => requireLogin(request) ?? (slow.path?.test(request.path) === true ? wait : undefined),
  });
  await push(images.builder.layout, `${backend.host}/cnb/builder:1`);
  await push(images.run.layout, `${backend.host}/cnb/run:1`);
  const builder = await unpackImage(`docker://${backend.host}/cnb/builder:1`, join(scratch, 'builder'));
  const place = { scratch, guarded: front.host, builder };
  await writeFiles(join(scratch, 'login'), { 'config.json': loginFor(front.host) });
  await mkdir(join(scratch, 'cache'));
  await own(join(scratch, 'cache'));
  const run = await unpackImage(`docker://${backend.host}/cnb/run:1`, join(scratch, 'run-image'));
  const mounted: string[] = [];
  return {
    ...{ scratch, open: backend.host, guarded: front.host, requests: front.requests, slow },
    writeSource: async (files) => {
      await rm(join(scratch, 'source/app'), { recursive: true, force: true });
      await writeFiles(join(scratch, 'source/app'), files);
      await own(join(scratch, 'source'));
    },
    build: (request) => build(request, place),
    writeBuildpack: (programs) => writeBuildpack(scratch, programs),
    unpack: async (tag) => {
      const folder = join(scratch, `image-${String(mounted.length)}`);
      mounted.push(join(folder, 'root'));
      return unpackUpon(run, `docker://${backend.host}/shop/web:${tag}`, folder);
    },
    stop: async () => {
      for (const root of mounted) await execa('umount', [root]);
      await front.stop();
      await backend.stop();
      await rm(scratch, { recursive: true });
    },
  };
}

const wait: Fault = { kind: 'delay', milliseconds: 5000 };

function requireLogin({ headers }: PassingRequest): Fault | undefined {
  if (headers.authorization === `Basic ${toBase64(`me:${password}`)}`) return undefined;
  return { kind: 'answer', status: 401, headers: { 'www-authenticate': 'Basic realm="registry"' }, body: '{}' };
}

function loginFor(host: string): string {
  return JSON.stringify({ auths: { [host]: { auth: toBase64(`me:${password}`) } } });
}

interface Place {
  readonly scratch: string;
  readonly guarded: string;
  readonly builder: UnpackedImage;
}

async function build(
  { tag, params = {}, workspaces = {}, buildpack, kill }: BuildRequest,
  { scratch, guarded, builder }: Place,
) {
  const replaced =
    buildpack === undefined
      ? {}
      : { '/cnb/buildpacks': join(buildpack, 'packs'), '/cnb/order.toml': join(buildpack, 'order.toml') };
  return runTaskSteps({
    task: 'tasks/buildpacks-build/buildpacks-build.yaml',
    scratch: join(scratch, 'run'),
    params: {
      image: `${guarded}/shop/web:${tag}`,
      'builder-image': `${guarded}/cnb/builder:1`,
      'run-image': `${guarded}/cnb/run:1`,
      ...params,
    },
    workspaces: {
      source: join(scratch, 'source'),
      'registry-auth': join(scratch, 'login'),
      cache: join(scratch, 'cache'),
      ...workspaces,
    },
    image: builder,
    replaced,
    kill,
  });
}

/** An image whose layers lie in a registry as Docker's kinds: the lifecycle adds layers of the kind that it finds. */
async function push(layout: string, name: string): Promise<void> {
  const to = ['--dest-tls-verify=false', '--format=v2s2'];
  await execa('skopeo', ['copy', '--quiet', ...to, `oci:${layout}`, `docker://${name}`]);
}

async function writeBuildpack(scratch: string, programs: { readonly detect: string; readonly build: string }) {
  const folder = await mkdtemp(join(scratch, 'buildpack-'));
  await chmod(folder, 0o755);
  const pack = join(folder, 'packs/test_own/1');
  await writeFiles(folder, { 'order.toml': '[[order]]\n[[order.group]]\nid = "test/own"\nversion = "1"\n' });
  const head = 'api = "0.10"\n\n[buildpack]\nid = "test/own"\nversion = "1"\n\n[[targets]]\nos = "linux"\n';
  await writeFiles(pack, { 'buildpack.toml': head, 'bin/detect': programs.detect, 'bin/build': programs.build });
  for (const name of ['detect', 'build']) await chmod(join(pack, 'bin', name), 0o755);
  return folder;
}

async function writeFiles(folder: string, files: Files): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

/** Gives a folder to the user of the builder. */
async function own(folder: string): Promise<void> {
  await execa('chown', ['--recursive', '1000:1000', folder]);
}

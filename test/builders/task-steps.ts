import { chown, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';
import { load } from 'js-yaml';

import { arrayAt, stringAt, valueAt } from '../../src/domain/core/json-object.ts';
import { runInProcess } from './run-in-process.ts';

/** An image, unpacked. */
export interface UnpackedImage {
  /** Root folder of a container. */
  readonly root: string;
  /** `NAME=value`. */
  readonly environment: readonly string[];
  readonly command: readonly string[];
  readonly workingFolder: string;
  readonly user: { readonly uid: number; readonly gid: number };
}

export interface TaskRun {
  /** Path of the Task. */
  readonly task: string;
  /** Folder of the run: volumes and results. */
  readonly scratch: string;
  readonly params: Readonly<Record<string, string>>;
  /** Folders on this computer by the names of workspaces. */
  readonly workspaces: Readonly<Record<string, string>>;
  /** Image of all steps that are not programs of this project. */
  readonly image: UnpackedImage;
  /** Files or folders that replace those of the image, by their paths in it. */
  readonly replaced?: Readonly<Record<string, string>>;
  /** A step whose container is killed as soon as something is so. */
  readonly kill?: StepKill | undefined;
}

export interface StepKill {
  readonly step: string;
  /** @param volumes folder with a folder for each volume */
  readonly when: (volumes: string) => boolean;
}

export interface StepEnd {
  readonly name: string;
  readonly exitCode: number | undefined;
  readonly output: string;
  readonly milliseconds: number;
}

export interface TaskRunEnd {
  /** Of the steps that ran: none after one that failed. */
  readonly steps: readonly StepEnd[];
  readonly results: Readonly<Record<string, string>>;
}

const resultsFolder = '/tekton/results';

/**
 * Runs the steps of a Task as Tekton does, without a cluster: params and workspaces replaced, volumes mounted as each step
 * says, containers of the restricted policy with the network of this computer. Programs of this project run in this
 * process, with the folders of their volumes.
 */
export async function runTaskSteps(given: TaskRun): Promise<TaskRunEnd> {
  const task: unknown = load(await readFile(given.task, 'utf8'));
  const run = { ...given, params: { ...defaultsOf(task), ...given.params } };
  await rm(run.scratch, { recursive: true, force: true });
  for (const volume of arrayAt(task, 'spec', 'volumes')) await makeOpen(volumeOf(run, stringAt(volume, 'name') ?? ''));
  await mkdir(join(run.scratch, 'results'), { recursive: true });
  const steps: StepEnd[] = [];
  for (const step of arrayAt(task, 'spec', 'steps')) {
    const isOwn = valueAt(step, 'command', 0) === 'crane-tasks';
    const since = performance.now();
    const end = await (isOwn ? runOwn(step, run) : runContainer(mountsOf(step, task, run), step, run));
    steps.push({ ...end, name: stringAt(step, 'name') ?? '', milliseconds: performance.now() - since });
    if (end.exitCode !== 0) break;
  }
  return { steps, results: await readFolder(join(run.scratch, 'results')) };
}

function defaultsOf(task: unknown): Readonly<Record<string, string>> {
  const params = arrayAt(task, 'spec', 'params');
  return Object.fromEntries(params.map((param) => [stringAt(param, 'name') ?? '', stringAt(param, 'default') ?? '']));
}

type End = Pick<StepEnd, 'exitCode' | 'output'>;

async function runOwn(step: unknown, run: TaskRun): Promise<End> {
  const mounts = arrayAt(step, 'volumeMounts').map((mount): readonly [string, string] => [
    stringAt(mount, 'mountPath') ?? '',
    volumeOf(run, stringAt(mount, 'name') ?? ''),
  ]);
  const places = new Map([...mounts, [resultsFolder, join(run.scratch, 'results')]]);
  const [name = '', ...args] = arrayAt(step, 'args').map((arg) => {
    const text = substitute(String(arg), run, (workspace) => run.workspaces[workspace] ?? '');
    const [flag = '', value = ''] = text.split(/=(.*)/s);
    return places.has(value) ? `${flag}=${places.get(value) ?? ''}` : text;
  });
  const environment = { HOME: run.scratch, TMPDIR: run.scratch, PATH: process.env['PATH'] };
  const { exitCode, stdout, stderr } = await runInProcess(name, args, { cwd: run.scratch, environment });
  return { exitCode, output: stdout + stderr };
}

interface Mount {
  readonly path: string;
  readonly source: string;
  readonly readOnly: boolean;
}

/** Workspaces that some step names are mounted in the steps that name them; all others are mounted everywhere. */
function mountsOf(step: unknown, task: unknown, run: TaskRun): readonly Mount[] {
  const namesIn = (one: unknown) => arrayAt(one, 'workspaces').map((workspace) => stringAt(workspace, 'name') ?? '');
  const isolated = arrayAt(task, 'spec', 'steps').flatMap(namesIn);
  const workspaces = arrayAt(task, 'spec', 'workspaces').flatMap((workspace): readonly Mount[] => {
    const name = stringAt(workspace, 'name') ?? '';
    const source = run.workspaces[name];
    const isVisible = !isolated.includes(name) || namesIn(step).includes(name);
    if (source === undefined || !isVisible) return [];
    const path = stringAt(workspace, 'mountPath') ?? `/workspace/${name}`;
    return [{ path, source, readOnly: valueAt(workspace, 'readOnly') === true }];
  });
  const volumes = arrayAt(step, 'volumeMounts').map((mount): Mount => {
    const source = volumeOf(run, stringAt(mount, 'name') ?? '');
    return { path: stringAt(mount, 'mountPath') ?? '', source, readOnly: valueAt(mount, 'readOnly') === true };
  });
  const replaced = Object.entries(run.replaced ?? {}).map(
    ([path, source]): Mount => ({ path, source, readOnly: true }),
  );
  return [...workspaces, ...volumes, ...replaced];
}

async function runContainer(mounts: readonly Mount[], step: unknown, run: TaskRun): Promise<End> {
  const inside = (workspace: string): string =>
    run.workspaces[workspace] === undefined ? '' : `/workspace/${workspace}`;
  const clean = (value: unknown): string => substitute(String(value), run, inside);
  const own = arrayAt(step, 'env').map((entry) => `${stringAt(entry, 'name') ?? ''}=${clean(valueAt(entry, 'value'))}`);
  const args = [...arrayAt(step, 'command'), ...arrayAt(step, 'args')].map(clean);
  const image = { ...run.image, command: args, environment: [...run.image.environment, ...own] };
  const isKilled = run.kill?.step === stringAt(step, 'name');
  return startContainer(image, mounts, isKilled ? run : { ...run, kill: undefined });
}

/** Runs a container with runc until it ends. */
async function startContainer(
  image: UnpackedImage,
  mounts: readonly Mount[],
  { scratch, kill }: TaskRun,
): Promise<End> {
  const bundle = join(scratch, 'bundle');
  await mkdir(bundle, { recursive: true });
  await writeFile(join(bundle, 'config.json'), JSON.stringify(containerConfig(image, mounts)));
  const id = `crane-tasks-${String(process.pid)}-${String(performance.now()).replace('.', '-')}`;
  const root = join(scratch, 'runc');
  const running = execa('runc', ['--root', root, 'run', '--bundle', bundle, id], {
    reject: false,
    all: true,
    stdin: 'ignore',
  });
  const volumes = join(scratch, 'volumes');
  let isKilling = false;
  const timer = setInterval(() => {
    if (isKilling || kill?.when(volumes) !== true) return;
    isKilling = true;
    // A container that does not run yet is killed later.
    const killing = execa('runc', ['--root', root, 'kill', '--all', id, 'KILL'], { reject: false });
    void killing.then((end) => (isKilling = end.exitCode === 0));
  }, 5);
  const { exitCode, all } = await running;
  clearInterval(timer);
  return { exitCode, output: all };
}

/** Starts the program of an image, with the network of this computer. Gives what stops it. */
export async function startImage(image: UnpackedImage, scratch: string): Promise<() => Promise<void>> {
  const bundle = join(scratch, 'bundle');
  await mkdir(bundle, { recursive: true });
  const { linux, ...config } = containerConfig(image, []);
  // As the first process of a namespace it would ignore the signal that stops it.
  const namespaces = linux.namespaces.filter(({ type }) => type !== 'pid');
  await writeFile(join(bundle, 'config.json'), JSON.stringify({ ...config, linux: { namespaces } }));
  const args = ['--root', join(scratch, 'runc'), 'run', '--bundle', bundle, `app-${String(process.pid)}`];
  const running = execa('runc', args, { reject: false, stdin: 'ignore' });
  return async () => {
    running.kill('SIGTERM');
    await running;
  };
}

/** https://github.com/opencontainers/runtime-spec/blob/main/config.md */
function containerConfig(image: UnpackedImage, mounts: readonly Mount[]) {
  const { user, command: args, environment: env, workingFolder: cwd, root: path } = image;
  const tmpfs = (destination: string) => ({
    destination,
    type: 'tmpfs',
    source: 'tmpfs',
    options: ['nosuid', 'mode=755'],
  });
  return {
    ociVersion: '1.0.2',
    process: { user, args, env, cwd, noNewPrivileges: true, capabilities: {} },
    root: { path, readonly: true },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      tmpfs('/dev'),
      ...mounts.map(({ path: destination, source, readOnly }) => ({
        destination,
        type: 'bind',
        source,
        options: ['rbind', readOnly ? 'ro' : 'rw'],
      })),
    ],
    linux: { namespaces: [{ type: 'pid' }, { type: 'mount' }, { type: 'ipc' }, { type: 'uts' }] },
  };
}

function substitute(text: string, { params }: TaskRun, pathOf: (workspace: string) => string): string {
  return text
    .replaceAll(/\$\(params\.([\w-]+)\)/g, (_, name: string) => params[name] ?? '')
    .replaceAll(/\$\(workspaces\.([\w-]+)\.path\)/g, (_, name: string) => pathOf(name));
}

function volumeOf({ scratch }: TaskRun, name: string): string {
  return join(scratch, 'volumes', name);
}

async function makeOpen(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await chown(folder, 1000, 1000);
}

async function readFolder(folder: string): Promise<Readonly<Record<string, string>>> {
  const names = await readdir(folder);
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
  );
}

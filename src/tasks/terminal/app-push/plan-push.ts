import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import { readInput } from '../../../adapters/files/read-text.ts';
import { errnoOf } from '../../../adapters/files/errno.ts';
import { textYamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import {
  overrideManifest,
  readAppManifest,
  type AppManifest,
  type GitOrigin,
  type Origin,
} from '../../../domain/app/app-manifest.ts';
import { formatAssignments, parseAssignments } from '../../../domain/app/assignments.ts';
import { deployValues } from '../../../domain/app/deploy-values.ts';
import { parseCommaList } from '../../../domain/core/comma-list.ts';
import { messageOf, TaskError } from '../../../domain/core/errors.ts';
import type { TaskContext, ValuesOf } from '../../../runtime/define-task.ts';
import { parseDeploySettings } from '../../shared/deploy-params.ts';
import { parseGitAddress, type GitAddress } from '../../shared/git-source.ts';
import type { pushParams } from './params.ts';

export type PushValues = ValuesOf<typeof pushParams>;

export interface PushInput {
  readonly params: PushValues;
  readonly workspaces: {
    readonly kubeconfig: string | undefined;
    readonly 's3-connection': string | undefined;
    readonly 'chart-auth': string | undefined;
    readonly 'git-credentials': string | undefined;
    readonly 'ca-bundle': string | undefined;
  };
}

/** A commit of a repository, and the Secret with a login for it. */
export interface GitPushOrigin extends GitAddress {
  readonly kind: 'git';
  readonly config: string | undefined;
}

/** A folder or archive as an absolute path, an image, or a commit of a repository. */
export type PushOrigin =
  | { readonly kind: 'path'; readonly place: string }
  | { readonly kind: 'container'; readonly place: string }
  | GitPushOrigin;

/** What is pushed. */
export interface PushPlan {
  readonly app: string;
  readonly manifest: AppManifest;
  readonly origin: PushOrigin;
  /** Values of params of the deployment, as texts. */
  readonly deployment: Readonly<Record<string, string>>;
}

/**
 * Reads epinio.yml and what replaces its values.
 * @throws TaskError `invalid-param`, `invalid-file`
 */
export async function planPush(params: PushValues, { log }: Pick<TaskContext, 'log'>): Promise<PushPlan> {
  if ([params.path, params.git, params.image].filter((each) => each !== undefined).length > 1)
    throw refuse('path, git and image exclude each other', 'Give one of them.');
  if (params['no-routes'] && params.routes !== '')
    throw refuse('routes and no-routes exclude each other', 'Give the routes, or set no-routes to "true".');
  const folder = resolve(params.folder ?? '.');
  if (!(await exists(folder)))
    throw refuse(`there is no folder or archive ${folder}`, 'Name the folder of the application, or its archive.');
  const file = resolve(params.manifest ?? join((await isFolder(folder)) ? folder : dirname(folder), 'epinio.yml'));
  const found = await readManifestFile(file, params.manifest !== undefined, log);
  const manifest = overrideManifest(found, flagsOf(params));
  const { name } = manifest;
  if (name === undefined) throw refuse('the name of the application is missing', 'Give --app, or name in epinio.yml.');
  for (const { value } of manifest.environment ?? []) log.redactor.addValue(value);
  const origin =
    manifest.origin?.kind === 'git' ? gitOf(manifest.origin, params, log) : placeOf(manifest.origin, { file, folder });
  if (origin.kind !== 'git' && (params['git-revision'] ?? params['git-config']) !== undefined)
    throw refuse('git-revision and git-config need git', 'Give --git, or origin.git in epinio.yml.');
  return { app: name, manifest, origin, deployment: deploymentOf(manifest, params) };
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}

const nothing: AppManifest = readAppManifest([], '').manifest;

async function readManifestFile(file: string, isGiven: boolean, log: TaskContext['log']): Promise<AppManifest> {
  try {
    const text = (await readInput(file)).toString('utf8');
    const { manifest, ignored } = readAppManifest(textYamlCodec.parse(text, file), file);
    for (const field of ignored) log.warn(`${file}: unknown field ${field} has no effect`);
    return manifest;
  } catch (error) {
    if (error instanceof TaskError) throw error;
    if (!isGiven && errnoOf(error) === 'ENOENT') return nothing;
    throw new TaskError('invalid-file', `reading ${file}: ${messageOf(error)}`, {
      remedy: 'Name a file in the format of epinio.yml with --manifest.',
      cause: error,
    });
  }
}

const noGit = { kind: 'git', revision: undefined, branch: undefined, provider: undefined, config: undefined } as const;

function flagsOf(params: PushValues): Partial<AppManifest> {
  const { path, image, git, ignore } = params;
  const origins: readonly Origin[] = [
    ...(path === undefined ? [] : [{ kind: 'path', path: resolve(path) } as const]),
    ...(image === undefined ? [] : [{ kind: 'container', image } as const]),
    ...(git === undefined ? [] : [{ ...noGit, url: git }]),
  ];
  const routes = params['no-routes'] ? [] : ifAny(parseCommaList(params.routes));
  const flags: { readonly [K in keyof AppManifest]?: AppManifest[K] | undefined } = {
    name: params.app,
    namespace: params.namespace,
    configurations: ifAny(parseCommaList(params.configurations)),
    environment: ifAny(parseAssignments(params.environment, 'environment')),
    environmentSecret: params['environment-secret'],
    routes,
    chart: params.chart,
    settings: ifAny(parseAssignments(params.settings, 'settings')),
    ignore: ifAny(parseCommaList(ignore)),
    builder: params['builder-image'],
    origin: origins[0],
  };
  return flags;
}

interface Places {
  readonly file: string;
  readonly folder: string;
}

/** A path in epinio.yml is relative to that file. */
function placeOf(origin: Exclude<Origin, GitOrigin> | undefined, { file, folder }: Places): PushOrigin {
  if (origin === undefined) return { kind: 'path', place: folder };
  if (origin.kind === 'container') return { kind: 'container', place: origin.image };
  return { kind: 'path', place: resolve(dirname(file), origin.path) };
}

/** Epinio uses the revision alone, which may be a branch. Without one, it would ignore the branch. */
function gitOf({ url, revision, branch, config }: GitOrigin, params: PushValues, log: TaskContext['log']): PushOrigin {
  const address = parseGitAddress(url, params['git-revision'] ?? revision ?? branch, { log });
  return { kind: 'git', ...address, config: params['git-config'] ?? config };
}

function deploymentOf(manifest: AppManifest, params: PushValues): Readonly<Record<string, string>> {
  const { instances, configurations, environment, environmentSecret, routes, chart, settings } = manifest;
  return {
    chart: chart ?? '',
    'system-namespace': params['system-namespace'],
    'pull-registry': params['pull-registry'] ?? '',
    routes: (routes ?? []).join(','),
    'no-routes': String(routes?.length === 0),
    domain: params.domain ?? '',
    instances: params.instances ?? (instances === undefined ? '' : String(instances)),
    environment: formatAssignments(environment ?? []),
    'environment-secret': environmentSecret ?? '',
    configurations: (configurations ?? []).join(','),
    'service-account': params['service-account'] ?? '',
    'image-pull-secrets': params['image-pull-secrets'],
    'ingress-class': params['ingress-class'] ?? '',
    'tls-issuer': params['tls-issuer'] ?? '',
    'health-path': params['health-path'] ?? '',
    settings: formatAssignments(settings ?? []),
    'stall-timeout': String(params['stall-timeout']),
  };
}

/**
 * Checks what the deployment at the end of a run would check, so that nothing is uploaded and built for nothing.
 * @throws TaskError `invalid-param`
 */
export function checkDeployment({ app, manifest }: PushPlan, image: string, params: PushValues): void {
  const flags = parseDeploySettings(params);
  const { routes = [], instances, environment = [], environmentSecret, configurations = [], settings = [] } = manifest;
  const noRoutes = manifest.routes?.length === 0;
  const own = { app, image, routes, noRoutes, environment, environmentSecret, configurations, settings };
  deployValues({ ...flags, ...own, instances: flags.instances ?? instances }, {});
}

function ifAny<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}

function refuse(why: string, remedy: string): TaskError {
  return new TaskError('invalid-param', `reading what to push: ${why}`, { remedy });
}

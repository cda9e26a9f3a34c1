import type { JsonObject } from '../core/json-object.ts';
import type { Assignment } from './assignments.ts';
import {
  assignmentsAt,
  countAt,
  listAt,
  refuse,
  sectionAt,
  sectionOf,
  textAt,
  unknownFields,
  type Section,
} from './manifest-section.ts';

/** A Git repository as `origin.git` of `epinio.yml` describes it. */
export interface GitOrigin {
  readonly kind: 'git';
  readonly url: string;
  /** Branch, tag or commit id. As in Epinio, it is used rather than the branch. */
  readonly revision: string | undefined;
  readonly branch: string | undefined;
  /** What the server runs, such as `github`. Git does not need it. */
  readonly provider: string | undefined;
  /** Secret in the namespace of Epinio with a login for the repository. */
  readonly config: string | undefined;
}

/** Where the source or the image of an application is. */
export type Origin =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'container'; readonly image: string }
  | GitOrigin;

/** An application as `epinio.yml` describes it. Undefined: the file does not have the field. */
export interface AppManifest {
  readonly name: string | undefined;
  readonly namespace: string | undefined;
  readonly instances: number | undefined;
  /** Names of Secrets, each with an optional folder: `name[:folder]`. */
  readonly configurations: readonly string[] | undefined;
  readonly environment: readonly Assignment[] | undefined;
  /** Secret with more variables. Epinio does not know and ignores this field. */
  readonly environmentSecret: string | undefined;
  /** `domain[/path]`; undefined: the default route; empty: none. */
  readonly routes: readonly string[] | undefined;
  readonly chart: string | undefined;
  readonly settings: readonly Assignment[] | undefined;
  /** Patterns of files that are not uploaded. */
  readonly ignore: readonly string[] | undefined;
  readonly builder: string | undefined;
  readonly origin: Origin | undefined;
}

export interface ParsedManifest {
  readonly manifest: AppManifest;
  /** Fields that have no effect. */
  readonly ignored: readonly string[];
}

const fields = {
  root: ['name', 'namespace', 'configuration', 'staging', 'origin'],
  configuration: [
    ...['instances', 'configurations', 'environment', 'environment_secret', 'replace_env', 'routes'],
    ...['appchart', 'settings', 'ignore'],
  ],
  staging: ['builder'],
  origin: ['path', 'archive', 'container', 'git'],
  git: ['url', 'revision', 'branch', 'provider', 'gitconfig'],
} as const;

/**
 * Reads `epinio.yml`, as https://docs.epinio.io/references/manifests describes it.
 * @param documents of the file, parsed as YAML whose scalars are texts
 * @param source names the file, for messages
 * @throws TaskError `invalid-file` that names the field
 */
export function readAppManifest(documents: readonly unknown[], source: string): ParsedManifest {
  const [document, ...more] = documents.filter((each) => each !== '');
  if (more.length > 0) throw refuse({ source, path: '' }, 'document 2', 'expected one document');
  const root = sectionOf(document, source, '');
  const configuration = sectionAt(root, 'configuration');
  const staging = sectionAt(root, 'staging');
  const origin = sectionAt(root, 'origin');
  return {
    manifest: {
      name: textAt(root, 'name'),
      namespace: textAt(root, 'namespace'),
      instances: countAt(configuration, 'instances'),
      configurations: listAt(configuration, 'configurations'),
      environment: assignmentsAt(configuration, 'environment'),
      environmentSecret: textAt(configuration, 'environment_secret'),
      routes: listAt(configuration, 'routes'),
      chart: textAt(configuration, 'appchart'),
      settings: assignmentsAt(configuration, 'settings'),
      ignore: listAt(configuration, 'ignore'),
      builder: textAt(staging, 'builder'),
      origin: originOf(origin),
    },
    ignored: [
      ...unknownFields(root, fields.root),
      ...unknownFields(configuration, fields.configuration),
      ...unknownFields(staging, fields.staging),
      ...unknownFields(origin, fields.origin),
      ...unknownFields(sectionAt(origin, 'git'), fields.git),
    ],
  };
}

function originOf(origin: Section): Origin | undefined {
  const path = textAt(origin, 'path');
  const image = textAt(origin, 'container');
  const git = sectionAt(origin, 'git');
  const hasGit = Object.keys(git.map).length > 0;
  const given = [path === undefined ? '' : 'path', image === undefined ? '' : 'container', hasGit ? 'git' : ''];
  const names = given.filter((name) => name !== '');
  if (names.length > 1)
    throw refuse(
      { ...origin, path: '' },
      'origin',
      `expected one of path, container and git, got ${names.join(' and ')}`,
    );
  if (path !== undefined) return { kind: 'path', path };
  if (image !== undefined) return { kind: 'container', image };
  if (!hasGit) return undefined;
  const url = textAt(git, 'url');
  if (url === undefined) throw refuse(git, 'url', 'missing');
  const [revision, branch] = [textAt(git, 'revision'), textAt(git, 'branch')];
  return { kind: 'git', url, revision, branch, provider: textAt(git, 'provider'), config: textAt(git, 'gitconfig') };
}

/** A manifest in which the given values replace those of the file. Lists and maps are replaced as a whole. */
export function overrideManifest(manifest: AppManifest, flags: Partial<AppManifest>): AppManifest {
  const given = Object.entries(flags).filter(([, value]) => value !== undefined);
  return { ...manifest, ...Object.fromEntries(given) };
}

/** The content of `epinio.yml`, with the fields that are given. */
export function formatAppManifest(manifest: AppManifest): JsonObject {
  const { name, namespace, instances, configurations, environment, environmentSecret, routes } = manifest;
  const { chart, settings, ignore, builder, origin } = manifest;
  return givenOnly({
    name,
    namespace,
    configuration: givenOnly({
      instances,
      configurations,
      environment: environment === undefined ? undefined : mapOf(environment),
      environment_secret: environmentSecret,
      routes,
      appchart: chart,
      settings: settings === undefined ? undefined : mapOf(settings),
      ignore,
    }),
    staging: builder === undefined ? undefined : { builder },
    origin: origin === undefined ? undefined : formatOrigin(origin),
  });
}

function formatOrigin(origin: Origin): JsonObject {
  switch (origin.kind) {
    case 'path':
      return { path: origin.path };
    case 'container':
      return { container: origin.image };
    case 'git':
      return { git: formatGit(origin) };
  }
}

function formatGit({ url, revision, branch, provider, config }: GitOrigin): JsonObject {
  return givenOnly({ url, revision, branch, provider, gitconfig: config });
}

function mapOf(assignments: readonly Assignment[]): JsonObject {
  return Object.fromEntries(assignments.map(({ name, value }) => [name, value]));
}

function givenOnly(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

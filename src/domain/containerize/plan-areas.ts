import type { ApplicationProfile } from '../schemas/documents.ts';
import type { ContainerMount } from './container-mounts.ts';
import { conventionalHomes, looksLikeLibrary, personalNames, systemFolders } from './known-folders.ts';
import { isBelow, isWithin, outermost, pathBelow } from './paths.ts';
import type { AreaSource, PlannedArea } from './plan.ts';

/** A folder with packages that exists in the container. */
export interface PackageFolder {
  readonly path: string;
  /** Which program loads packages from there, such as `python3 site.getusersitepackages()`; empty: only its name is known. */
  readonly evidence: string;
}

/** What a run includes and excludes. Paths are absolute. */
export interface AreaChoices {
  /** Whether workspace files are included. */
  readonly workspace: boolean;
  /** Whether changed files of the container's own file system are included. */
  readonly changed: boolean;
  /** Whether folders below HOME that a program loads packages from are included. */
  readonly homePackages: boolean;
  /** Further paths to include, for example one folder below HOME. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

export interface AreaInput {
  readonly profile: ApplicationProfile;
  readonly mounts: readonly ContainerMount[];
  /** Home folders of the application; empty when unknown. */
  readonly homes: readonly string[];
  readonly packageFolders: readonly PackageFolder[];
  readonly choices: AreaChoices;
}

export interface PlannedAreas {
  readonly areas: readonly PlannedArea[];
  readonly never: readonly { readonly path: string; readonly reason: string }[];
  readonly warnings: readonly string[];
}

type Draft = Omit<PlannedArea, 'name' | 'without' | 'source'>;
type Never = PlannedAreas['never'][number];

/**
 * Decides about each path of the container. The most specific path decides: a workspace inside HOME is included, the rest
 * of HOME is not.
 */
export function planAreas(input: AreaInput): PlannedAreas {
  const never = neverOf(input);
  const declared = [...declaredDrafts(input), ...packageDrafts(input)];
  const drafts = uniquePaths([...declared, ...mountDrafts(input, declared)]).map((draft) => limit(draft, input));
  const all = uniquePaths([...drafts, changedDraft(input)]);
  const decided = [...all, ...never].map(({ path }) => path);
  const taken = new Set(drafts.map(({ path }) => path));
  const areas = all.map((draft) => ({
    ...draft,
    name: nameOf(draft, all),
    without: outermost(decided.filter((path) => isBelow(path, draft.path))),
    source: sourceAt(draft.path, input.mounts),
  }));
  return { areas, never: never.filter(({ path }) => !taken.has(path)), warnings: warningsOf(areas, input) };
}

/** Paths that only an area of their own, or below them, can include. The first reason of a path counts. */
function neverOf({ mounts, homes, choices }: AreaInput): readonly Never[] {
  const volumes = mounts.flatMap(({ path, content, volume }): readonly Never[] => {
    if (content === 'never') return [{ path, reason: `${volume} is never included` }];
    if (content === 'other') return [{ path, reason: `${volume}, is not declared` }];
    if (homes.includes(path)) return [{ path, reason: `HOME is never included (${volume})` }];
    if (!isInHome(path, homes)) return [{ path: `${path}/lost+found`, reason: 'belongs to the file system' }];
    return [{ path, reason: `${volume} is in a home folder: declare it as library or workspace to include it` }];
  });
  const personal = homes.includes('/')
    ? personalNames.map((name) => ({ path: `/${name}`, reason: 'personal files: HOME is /' }))
    : [];
  return uniquePaths([
    ...choices.exclude.map((path) => ({ path, reason: 'excluded by a param' })),
    ...volumes,
    ...homes.filter((home) => home !== '/').map((path) => ({ path, reason: 'HOME is never included' })),
    ...personal,
    ...conventionalHomes.map((path) => ({ path, reason: 'home folders are never included' })),
    ...systemFolders,
  ]);
}

function isInHome(path: string, homes: readonly string[]): boolean {
  return [...homes, ...conventionalHomes].some((home) => home !== '/' && isWithin(path, home));
}

function declaredDrafts({ profile, choices }: AreaInput): readonly Draft[] {
  const library = (profile.library ?? []).map(
    (path): Draft => ({
      kind: 'library',
      path,
      included: true,
      reason: 'the profile declares it as library',
    }),
  );
  const workspace = (profile.workspace ?? []).map((path) =>
    workspaceDraft(path, choices, 'the profile declares it as workspace'),
  );
  return [...library, ...workspace];
}

function workspaceDraft(path: string, { workspace }: AreaChoices, reason: string): Draft {
  return {
    kind: 'workspace',
    path,
    included: workspace,
    reason: workspace ? reason : `${reason}; the run leaves workspace files out`,
  };
}

/** Of folders in declared areas, the areas decide. */
function packageDrafts({ profile, packageFolders, homes, choices }: AreaInput): readonly Draft[] {
  const wanted = choices.include.map(
    (path): Draft => ({ kind: 'packages', path, included: true, reason: 'included by a param' }),
  );
  const areas = [...(profile.library ?? []), ...(profile.workspace ?? [])];
  const found = packageFolders
    .filter(({ path }) => isInHome(path, homes) && !areas.some((area) => isWithin(path, area)))
    .map(({ path, evidence }): Draft => {
      const included = evidence !== '' && choices.homePackages;
      const why = evidence === '' ? 'a package folder by its name only' : `${evidence} loads packages from it`;
      return {
        kind: 'packages',
        path,
        included,
        reason: included ? why : `${why}; name it in include-paths to include it`,
      };
    });
  return [...wanted, ...found];
}

/** Claims that no declaration names: they belong to the declared folder around them, or are what their path looks like. */
function mountDrafts({ mounts, homes, choices }: AreaInput, declared: readonly Draft[]): readonly Draft[] {
  const innermost = [...declared].sort((a, b) => b.path.length - a.path.length);
  const claims = mounts.filter(({ content }) => content === 'claim');
  return claims.flatMap(({ path, volume }): readonly Draft[] => {
    const around = innermost.find((each) => isBelow(path, each.path));
    // An area that has a home folder does not include it.
    const isOfArea = around !== undefined && !homes.some((home) => isWithin(path, home) && isWithin(home, around.path));
    if (isOfArea) return [{ ...around, path, reason: `${volume} in ${around.path}: ${around.reason}` }];
    if (isInHome(path, homes)) return [];
    const reason = `${volume}; no profile declares it`;
    return looksLikeLibrary(path)
      ? [{ kind: 'library', path, included: true, reason: `${reason}, its path looks like a library` }]
      : [workspaceDraft(path, choices, `${reason}, so it counts as workspace`)];
  });
}

function changedDraft({ choices }: AreaInput): Draft {
  const reason = 'files of the container that its image does not have';
  return {
    kind: 'changed',
    path: '/',
    included: choices.changed,
    reason: choices.changed ? reason : `${reason}; the run leaves them out`,
  };
}

/** What no declaration can include. */
function limit(draft: Draft, { mounts, homes, choices }: AreaInput): Draft {
  const { path } = draft;
  const refuse = (reason: string): Draft => ({ ...draft, included: false, reason });
  const excluded = choices.exclude.find((each) => isWithin(path, each));
  if (excluded !== undefined) return refuse(`${excluded} is excluded by a param`);
  const mount = mountAt(path, mounts);
  if (mount?.content === 'never') return refuse(`${mount.volume} is never included`);
  if (homes.includes(path) || conventionalHomes.includes(path) || path === '/')
    return refuse('a home folder and the root folder are never included as a whole: declare folders below it');
  const kernel = systemFolders.find((folder) => folder.reason === 'made by the kernel' && isWithin(path, folder.path));
  return kernel === undefined ? draft : refuse(kernel.reason);
}

/** The innermost volume that has a path. */
function mountAt(path: string, mounts: readonly ContainerMount[]): ContainerMount | undefined {
  return [...mounts].sort((a, b) => b.path.length - a.path.length).find((mount) => isWithin(path, mount.path));
}

function sourceAt(path: string, mounts: readonly ContainerMount[]): AreaSource {
  const mount = mountAt(path, mounts);
  if (mount?.source.from !== 'claim') return { from: 'container' };
  const { claim, subPath } = mount.source;
  return {
    from: 'claim',
    claim,
    subPath: [subPath, pathBelow(path, mount.path)].filter((part) => part !== '').join('/'),
  };
}

function uniquePaths<T extends { readonly path: string }>(found: readonly T[]): readonly T[] {
  const paths = new Set<string>();
  return found.filter(({ path }) => !paths.has(path) && paths.add(path));
}

/** `library`, `library-2`, … in the order of the areas. */
function nameOf({ kind, path }: Draft, all: readonly Draft[]): string {
  const index = all.filter((each) => each.kind === kind).findIndex((each) => each.path === path);
  return index === 0 ? kind : `${kind}-${String(index + 1)}`;
}

function warningsOf(
  areas: readonly PlannedArea[],
  { profile, homes, mounts, packageFolders, choices }: AreaInput,
): readonly string[] {
  const declared = new Set([...(profile.library ?? []), ...(profile.workspace ?? [])]);
  const refused = areas.filter(
    ({ path, included, kind }) => declared.has(path) && !included && (kind === 'library' || choices.workspace),
  );
  const left = conventionalHomes.join(' and ');
  const unknown = `HOME of the container is not known: ${left} are left out. Declare home in the profile.`;
  const root = 'HOME of the container is /: known personal files there are left out. Declare home in the profile.';
  return [
    ...(homes.length === 0 ? [unknown] : []),
    ...(homes.includes('/') ? [root] : []),
    ...refused.map(({ path, reason }) => `The path ${path} of the profile is not included: ${reason}.`),
    ...packageFolders.flatMap(({ path }): readonly string[] => {
      const mount = mountAt(path, mounts);
      // Where a program said which folder below it loads packages from, that is the one with packages.
      const isIncluded = areas.some(
        (area) => area.included && area.path !== '/' && (isWithin(path, area.path) || isBelow(area.path, path)),
      );
      return mount === undefined || isIncluded ? [] : [`Packages in ${path} are not included (${mount.volume}).`];
    }),
  ];
}

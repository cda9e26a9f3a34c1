import { completeShortName, formatImageName, type ImageLocation, type ImageReference } from '../oci/image-location.ts';

/** A repository of which images moved, all to one new repository. */
export interface MovedRepository {
  readonly host: string;
  readonly path: string;
  /** Tags that moved. */
  readonly tags: readonly string[];
  /** New names of the images. */
  readonly names: readonly string[];
  /** Whether each image has its tag, or its digest if it has no tag, at the new place too. */
  readonly isKept: boolean;
  /** The new place of the image, if it is the only one. */
  readonly only: (ImageLocation & { readonly names: readonly string[] }) | undefined;
}

interface Move {
  readonly from: ImageReference;
  readonly to: ImageLocation;
}

/** The complete name of a repository, without tag and digest: `docker.io/library/nginx`. */
export function repositoryOf(image: ImageReference): string {
  return formatImageName({ ...completeShortName(image), tag: undefined, digest: undefined });
}

/** The repositories of images, by their complete names. One whose images are in several repositories now is left out. */
export function groupRepositories(images: readonly Move[]): ReadonlyMap<string, MovedRepository> {
  const groups = Map.groupBy(images, ({ from }) => repositoryOf(from));
  return new Map(
    [...groups].flatMap(([name, moves]): readonly (readonly [string, MovedRepository])[] => {
      const [first] = moves;
      if (first === undefined || new Set(moves.map(({ to }) => repositoryOf(to))).size > 1) return [];
      const names = moves.map(({ to }) => formatImageName(to));
      const places = new Set(moves.map(({ to }) => to.tag));
      return [
        [
          name,
          {
            host: first.to.host,
            path: first.to.path,
            tags: moves.flatMap(({ from }) => tagOf(from) ?? []),
            names,
            isKept: moves.every(isKept),
            only: places.size === 1 && first.to.tag !== undefined ? { ...first.to, names } : undefined,
          },
        ],
      ];
    }),
  );
}

function isKept({ from, to }: Move): boolean {
  const tag = tagOf(from);
  return tag === undefined ? to.digest === from.digest : to.tag === tag;
}

function tagOf({ tag, digest }: ImageReference): string | undefined {
  return tag ?? (digest === undefined ? 'latest' : undefined);
}

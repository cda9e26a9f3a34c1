import type { ClaimSettings } from '../schemas/documents.ts';

/** What the destination's claims are asked to be. */
export interface ClaimWishes {
  /** Names, `name:new-name` pairs, or `*`. */
  readonly claims: string;
  readonly settings: ClaimSettings;
  /** For all claims; undefined: by the map, else chosen by claim. */
  readonly storageClass: string | undefined;
  /** By class of the source. */
  readonly classMap: ReadonlyMap<string, string>;
}

/** Claims as they are at the source. */
export const noWishes: ClaimWishes = { claims: '*', settings: [], storageClass: undefined, classMap: new Map() };

/** The class that is asked for claims of a class of the source; undefined: none. */
export function askedClass(
  own: string | undefined,
  { storageClass, classMap }: Pick<ClaimWishes, 'storageClass' | 'classMap'>,
): string | undefined {
  return storageClass ?? classMap.get(own ?? '');
}

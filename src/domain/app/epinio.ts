import { arrayAt, stringAt } from '../core/json-object.ts';
import { withoutTrailing } from '../core/without-trailing.ts';

/** Lower-case hexadecimal SHA-1 of a text. */
export type Sha1 = (text: string) => string;

const longestRelease = 53;
const hashLength = 40;

/**
 * The Helm release of an Epinio application: a safe prefix of at most 12 characters and the hash of the whole name.
 * https://github.com/epinio/epinio/blob/main/internal/names/names.go (`GenerateResourceNameTruncated`)
 */
export function epinioReleaseName(app: string, sha1: Sha1): string {
  const safe = app
    .replace(/^\d+/, '')
    .replaceAll('_', '-')
    .toLowerCase()
    .replaceAll(/[^-a-z0-9]/g, '');
  const prefix = withoutTrailing(safe.replace(/^-+/, ''), '-').slice(0, longestRelease - hashLength - 1);
  return prefix === '' ? sha1(app) : `${prefix}-${sha1(app)}`;
}

/**
 * The Helm release of an application: the one that has its name, else the one that Epinio made for it, else a new one with
 * its name, if helm accepts that as a name.
 */
export function releaseNameOf(app: string, exists: (release: string) => boolean, sha1: Sha1): string {
  const generated = epinioReleaseName(app, sha1);
  const found = [app, generated].find(exists);
  return found ?? (app.length <= longestRelease ? app : generated);
}

/** What the values of an Epinio application name in its namespace: they are not part of the chart. */
export interface EpinioNeeds {
  /** Secrets of configurations and services, by name. */
  readonly configurations: readonly string[];
  /** Secrets with certificates of routes, by name. */
  readonly certificates: readonly string[];
  /** Image of the application, with an address that often is valid in its own cluster only. */
  readonly image: string | undefined;
}

/** Reads the values that Epinio gives to charts; undefined for values of another origin. */
export function epinioNeeds(values: unknown): EpinioNeeds | undefined {
  if (stringAt(values, 'epinio', 'appName') === undefined) return undefined;
  const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
  return {
    configurations: arrayAt(values, 'epinio', 'configurations').filter(isText),
    certificates: arrayAt(values, 'epinio', 'routes').flatMap((route) => stringAt(route, 'secret') ?? []),
    image: stringAt(values, 'epinio', 'imageURL'),
  };
}

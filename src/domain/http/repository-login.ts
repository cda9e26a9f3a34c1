import type { Secret } from '../core/secret.ts';

/** A login for one chart repository. */
export interface RepositoryLogin {
  /** Value of the header Authorization. */
  readonly authorization: Secret;
  /** Origin of the repository, for example `https://charts.example.com`; undefined: the repository that a param names. */
  readonly origin: string | undefined;
}

/** A repository or the address of an archive, and who named it. */
export interface NamedAddress {
  readonly url: URL;
  /** False: an object of the cluster names it, so that it only gets a login that is for its origin. */
  readonly byParam: boolean;
}

/**
 * Whether a request gets the login: the archives that an index names can be on any host, and only the host of the index
 * itself must see the login.
 */
export function getsLogin(url: URL, named: NamedAddress, login: Pick<RepositoryLogin, 'origin'> | undefined): boolean {
  if (login === undefined || url.origin !== named.url.origin) return false;
  return login.origin === undefined ? named.byParam : login.origin === url.origin;
}

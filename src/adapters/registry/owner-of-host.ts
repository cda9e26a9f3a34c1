import { getDomain } from 'tldts';

/** Domains of clouds where each customer has a name, which the public suffix list does not have. */
const shared = ['amazonaws.com', 'amazonaws.com.cn', 'azurecr.io', 'azurecr.cn', 'azurecr.us', 'pkg.dev', 'jfrog.io'];

/**
 * Whether two hosts are in a domain that one owner registered, by the public suffix list: `auth.docker.io` and
 * `registry-1.docker.io` are. Two names below `co.uk`, `amazonaws.com` or `azurecr.io` are not: anybody gets one there.
 */
export function haveOneOwner(one: URL, other: URL): boolean {
  const domain = getDomain(one.hostname, { allowPrivateDomains: true });
  if (domain === null || domain !== getDomain(other.hostname, { allowPrivateDomains: true })) return false;
  return !shared.some((cloud) => domain === cloud || domain.endsWith(`.${cloud}`));
}

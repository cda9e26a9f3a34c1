import { TaskError } from '../../domain/core/errors.ts';
import { parseCommaList } from '../../domain/core/comma-list.ts';
import { isRegistryHost } from '../../domain/oci/image-location.ts';
import { list, optional, toggle } from './param-kinds.ts';

export const registryTlsVerifyParam = {
  'registry-tls-verify': toggle(
    true,
    'Whether the certificates of registries are verified. "false" also allows plain HTTP and is repeated in the report.',
  ),
} as const;

/** How a task reads images that the cluster runs. */
export const readAddressParams = {
  'registry-addresses': list(
    'Other addresses to read images from, as host=address, separated by commas: for registries that have another address ' +
      'here than in the manifests, for example 127.0.0.1:30500=registry.example.com. Empty: none.',
  ),
  'token-registry': optional(
    'Registry that the token of the context logs in to, host or host:port. Empty: only the workspace registry-auth has logins.',
  ),
  ...registryTlsVerifyParam,
} as const;

/**
 * Reads `host=address` entries: the address to read images of a host from.
 * @throws TaskError `invalid-param`
 */
export function parseRegistryAddresses(text: string): ReadonlyMap<string, string> {
  const entries = parseCommaList(text).map((entry) => entry.split('='));
  for (const parts of entries)
    if (parts.length !== 2 || !parts.every(isRegistryHost))
      throw new TaskError(
        'invalid-param',
        `reading registry-addresses: expected host=address, got ${JSON.stringify(parts.join('='))}`,
        {
          remedy: 'Write hosts with optional ports, for example 127.0.0.1:30500=registry.example.com.',
        },
      );
  return new Map(entries.map(([host = '', address = '']) => [host.toLowerCase(), address.toLowerCase()]));
}

import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { ensureAuthority, ensureCertificate } from '../../testbed/clusters/certificates.ts';
import { startRegistry, type Registry } from '../../testbed/clusters/registry.ts';

/** Starts a registry with TLS on loopback. The folder gets its data, and the certificate to trust in `trust/ca.crt`. */
export async function startTrustedRegistry(folder: string): Promise<Registry> {
  const authority = await ensureAuthority(join(folder, 'authority'), 'ca');
  const names = ['DNS:localhost', 'IP:127.0.0.1'];
  const tls = await ensureCertificate(folder, 'registry', { authority, commonName: 'registry', names });
  await mkdir(join(folder, 'trust'));
  await copyFile(authority.certFile, join(folder, 'trust/ca.crt'));
  return startRegistry({ dir: join(folder, 'registry'), tls });
}

import type { BlobPlace } from '../../domain/oci/registry.ts';
import type { Ask } from './connection.ts';

const accepted = 202;
const created = 201;

/**
 * Has a registry put a blob of one of its repositories into another ("cross mount" of the distribution specification).
 * @returns false when it wants the bytes instead; the upload that it began for them is called off
 */
export async function mountBlob(path: string, { digest, path: from }: BlobPlace, ask: Ask): Promise<boolean> {
  const query = new URLSearchParams({ mount: digest, from });
  const target = `/v2/${path}/blobs/uploads/?${query.toString()}`;
  const headers = { 'content-length': '0' };
  const answer = await ask({ method: 'POST', target, repository: path, from, headers });
  if (answer.status === created) return true;
  const location = answer.status === accepted ? (answer.headers['location'] ?? '') : '';
  const upload = location === '' ? null : URL.parse(location, `https://registry.invalid${target}`);
  if (upload !== null)
    await ask({ method: 'DELETE', target: upload.pathname + upload.search, repository: path, headers: {} });
  return false;
}

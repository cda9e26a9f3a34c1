import { hash } from 'node:crypto';

/** `sha256:<hex>` of a text or bytes, as OCI writes digests. */
export function sha256Of(content: string | Uint8Array): string {
  return `sha256:${hash('sha256', content)}`;
}

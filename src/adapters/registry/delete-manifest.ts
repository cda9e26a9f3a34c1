import { SyncFailure } from '../../domain/oci/failure.ts';
import { send, type ConnectionOptions } from './connection.ts';
import type { Actions } from './registry-login.ts';

/**
 * Deletes a manifest by its digest (distribution specification, "Deleting manifests"). Token servers differ in the action
 * that they grant for it: `*` (distribution, Quay), or `delete` where `*` is unknown.
 * @returns false when there was none
 * @throws SyncFailure
 */
export async function deleteManifest(path: string, digest: string, options: ConnectionOptions): Promise<boolean> {
  async function deleteAs(actions: Actions): Promise<boolean> {
    const target = `/v2/${path}/manifests/${digest}`;
    const { status } = await send({ method: 'DELETE', target, repository: path, headers: {}, actions }, options);
    return status !== 404;
  }
  try {
    return await deleteAs('pull,*');
  } catch (error) {
    if (options.login.scheme !== 'bearer' || !isRefusedLogin(error)) throw error;
    // The first refusal is the one to report: the second may only be about the action.
    return deleteAs('pull,delete').catch((second: unknown) => {
      throw isRefusedLogin(second) ? error : second;
    });
  }
}

function isRefusedLogin(error: unknown): boolean {
  return error instanceof SyncFailure && ['unauthorized', 'denied', 'refused'].includes(error.kind);
}

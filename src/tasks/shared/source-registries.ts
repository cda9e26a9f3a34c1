import { readCertificateFolder, type RegistryCertificates } from '../../adapters/registry/certificate-folder.ts';
import type { DockerLogins, Login } from '../../adapters/registry/docker-config.ts';
import type { RequestedLogin } from '../../domain/images/skopeo/source-file.ts';
import type { SyncRequest } from '../../usecases/images/copy/read-request.ts';

export interface SourceRegistries {
  /** Undefined for a registry of which the file does not speak. */
  verifyTls(host: string): boolean | undefined;
  certificates(host: string): RegistryCertificates | undefined;
  readonly logins: DockerLogins;
}

/**
 * Reads what a source file points at for its registries; a plan says nothing of that.
 * @param places workspaces that folders with certificates may be in; relative ones begin at the first
 * @throws TaskError `invalid-file`
 */
export async function readSourceRegistries(
  request: SyncRequest,
  places: readonly (string | undefined)[],
): Promise<SourceRegistries> {
  const settings = request.kind === 'source-file' ? request.file.registries : [];
  const roots = places.filter((path) => path !== undefined);
  const [base = ''] = roots;
  const certificates = new Map<string, RegistryCertificates>();
  for (const { host, certificateFolder } of settings) {
    if (certificateFolder === '') continue;
    certificates.set(host, await readCertificateFolder(certificateFolder, { base, roots }));
  }
  const logins = settings.flatMap(({ host, path, login }): [string, Login][] =>
    login === undefined ? [] : [[path === '' ? host : `${host}/${path}`, toLogin(login)]],
  );
  return {
    verifyTls: (host) => settings.find((one) => one.host === host && one.verifyTls !== undefined)?.verifyTls,
    certificates: (host) => certificates.get(host),
    logins: new Map(logins),
  };
}

function toLogin({ username, password, identityToken }: RequestedLogin): Login {
  return { username, password, ...(identityToken && { identityToken }) };
}

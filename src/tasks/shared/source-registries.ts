import { readCertificateFolder, type RegistryCertificates } from '../../adapters/registry/certificate-folder.ts';
import type { DockerLogins, Login } from '../../adapters/registry/docker-config.ts';
import type { Log } from '../../domain/core/ports.ts';
import type { RequestedLogin } from '../../domain/images/skopeo/source-file.ts';
import type { SyncRequest } from '../../usecases/images/copy/read-request.ts';

export interface SourceRegistries {
  /** Whether the certificate of a registry is verified: the stricter of the param and the file decides. */
  verifyTls(host: string): boolean;
  certificates(host: string): RegistryCertificates | undefined;
  readonly logins: DockerLogins;
}

export interface SourceReading {
  /** Workspaces that folders with certificates may be in; relative ones begin at the first. */
  readonly places: readonly (string | undefined)[];
  /** The param about the verification of the source registry. */
  readonly verifySource: boolean;
  readonly log: Log;
}

/**
 * Reads what a source file points at for its registries; a plan says nothing of that. The file cannot switch off
 * the verification that the run asks for: a login would go over the network in clear text.
 * @throws TaskError `invalid-file`
 */
export async function readSourceRegistries(
  request: SyncRequest,
  { places, verifySource, log }: SourceReading,
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
  const hostsWith = (verified: boolean): ReadonlySet<string> =>
    new Set(settings.filter(({ verifyTls }) => verifyTls === verified).map(({ host }) => host));
  const always = hostsWith(true);
  for (const host of verifySource ? hostsWith(false) : [])
    log.warn(`tls-verify: false of ${host} in the source file is not used: the param asks for verified certificates`);
  return {
    verifyTls: (host) => verifySource || always.has(host),
    certificates: (host) => certificates.get(host),
    logins: new Map(logins),
  };
}

function toLogin({ username, password, identityToken }: RequestedLogin): Login {
  return { username, password, ...(identityToken && { identityToken }) };
}

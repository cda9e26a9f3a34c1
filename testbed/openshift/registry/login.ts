import type { IncomingMessage } from 'node:http';
import { anonymous, type Access, type Action, type User } from '../kube/access.ts';
import { RegistryError } from './registry-error.ts';
import type { Repository } from './registry-path.ts';

/** The token that stands for nobody: the token endpoint gives it to whoever shows no credentials. */
export const anonymousToken = 'anonymous';

/**
 * Who makes a request. Basic (user name ignored, password is the token) and the raw token as Bearer are both taken.
 * Without credentials the challenge names the token endpoint; wrong ones get a Basic challenge, as OpenShift's registry does
 * (auth.go of openshift/image-registry). Throws RegistryError 401.
 */
export async function identify(request: IncomingMessage, access: Access): Promise<User> {
  const token = readToken(request);
  if (token === undefined) {
    throw new RegistryError(
      'UNAUTHORIZED',
      'authentication required',
      `Bearer realm="https://${request.headers.host ?? ''}/openshift/token"`,
    );
  }
  if (token === '') throw refused('failed to decode credentials');
  if (token === anonymousToken) return anonymous;
  const user = await access.authenticate(token);
  if (user === undefined) throw refused('access denied');
  return user;
}

/** Allows the user an action on a repository's content, or throws RegistryError 401: OpenShift does not say 403 here. */
export async function requireAccess(
  access: Access,
  user: User,
  need: { repository: Repository; verbs: readonly ('get' | 'update')[] },
): Promise<void> {
  for (const verb of need.verbs)
    if (!(await access.isAllowed(user, layers(need.repository, verb)))) throw refused('access denied');
}

/** Reading or writing a repository's content as RBAC sees it. */
export function layers({ namespace, name }: Repository, verb: 'get' | 'update'): Action {
  return { verb, resource: 'imagestreams', subresource: 'layers', namespace, name };
}

/** A 401 for credentials that do not do. */
export function refused(why: string): RegistryError {
  return new RegistryError('UNAUTHORIZED', 'authentication required', `Basic realm=openshift,error="${why}"`);
}

/** The token of a Basic or Bearer header; undefined without one, empty when Basic has no password. */
export function readToken(request: IncomingMessage): string | undefined {
  const [scheme = '', credentials] = (request.headers.authorization ?? '').split(' ', 2);
  if (credentials === undefined) return undefined;
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return credentials;
    case 'basic':
      return /^[^:]*:(?<password>.*)$/s.exec(Buffer.from(credentials, 'base64').toString())?.groups?.['password'] ?? '';
    default:
      return undefined;
  }
}

import type { Fault, PassingRequest } from './fault-proxy.ts';

/**
 * A registry with a token service as Docker Hub has it: everyone gets a token, which is good for public repositories only,
 * and a login gets one for all. A repository that is not public looks the same as one that does not exist.
 * @param isPublic whether everyone may pull from a repository
 * @param then what else befalls a request that is allowed
 */
export function requireScope(
  isPublic: (repository: string) => boolean,
  {
    login,
    then = () => undefined,
  }: {
    /** `user:password`. */
    readonly login: string;
    readonly then?: (request: PassingRequest) => Fault | undefined;
  },
): (request: PassingRequest) => Fault | undefined {
  const encoded = Buffer.from(login).toString('base64');
  return (request) => {
    const { headers, path } = request;
    const [scheme = '', value = ''] = (headers.authorization ?? '').split(' ');
    if (path.startsWith('/token')) {
      const token = scheme === 'Basic' && value === encoded ? 'token-of-login' : 'token-of-everyone';
      const isWrong = scheme === 'Basic' && value !== encoded;
      return { kind: 'answer', status: isWrong ? 401 : 200, body: JSON.stringify({ token, expires_in: 60 }) };
    }
    const repository = /^\/v2\/(.+)\/(?:manifests|blobs|tags|referrers)\//.exec(path)?.[1] ?? '';
    if (value === 'token-of-login') return then(request);
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (value === 'token-of-everyone' && isRead && isPublic(repository)) return then(request);
    return refusal(request);
  };
}

function refusal({ headers }: PassingRequest): Fault {
  const challenge = `Bearer realm="http://${headers.host ?? ''}/token",service="registry"`;
  const body = JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] });
  return { kind: 'answer', status: 401, headers: { 'www-authenticate': challenge }, body };
}

import type { Fault, PassingRequest } from './fault-proxy.ts';

/**
 * Asks for a login as OpenShift's registry does: a Bearer challenge, a token endpoint that gives the password back as
 * the token, and 401 for all that is not accepted.
 * @param accepts whether a token is good at this moment
 * @param then what else befalls a request that is logged in
 */
export function requireToken(
  accepts: (token: string) => boolean,
  then: (request: PassingRequest) => Fault | undefined = () => undefined,
): (request: PassingRequest) => Fault | undefined {
  return (request) => {
    const [scheme = '', value = ''] = (request.headers.authorization ?? '').split(' ');
    if (request.path.startsWith('/openshift/token')) {
      const token = passwordOf(value);
      if (scheme !== 'Basic' || !accepts(token)) return refusal(request);
      return { kind: 'answer', status: 200, body: JSON.stringify({ token, access_token: token, expires_in: 60 }) };
    }
    const token = scheme === 'Bearer' ? value : passwordOf(value);
    return accepts(token) ? then(request) : refusal(request);
  };
}

function passwordOf(value: string): string {
  const text = Buffer.from(value, 'base64').toString();
  return text.slice(text.indexOf(':') + 1);
}

function refusal({ headers }: PassingRequest): Fault {
  const challenge = `Bearer realm="https://${headers.host ?? ''}/openshift/token"`;
  const body = JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] });
  return { kind: 'answer', status: 401, headers: { 'www-authenticate': challenge }, body };
}

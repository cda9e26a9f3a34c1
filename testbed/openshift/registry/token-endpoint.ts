import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Access } from '../kube/access.ts';
import { anonymousToken, readToken } from './login.ts';

/**
 * `/openshift/token` of the Docker token protocol: a service account's token is its own registry token. Without credentials
 * the answer is the anonymous token, with wrong ones 401 (token.go of openshift/image-registry).
 * POST is refused, so that containerd, which tries it first, goes on to GET; OpenShift's nodes run CRI-O, which never asks so.
 */
export async function answerToken(request: IncomingMessage, response: ServerResponse, access: Access): Promise<void> {
  if (request.method === 'POST') {
    send(response, 405, {});
    return;
  }
  if (request.headers.authorization === undefined) {
    send(response, 200, { token: anonymousToken, access_token: anonymousToken });
    return;
  }
  const token = readToken(request);
  const isKnown = token !== undefined && token !== '' && (await access.authenticate(token)) !== undefined;
  if (isKnown) send(response, 200, { token, access_token: token });
  else send(response, 401, {});
}

function send(response: ServerResponse, status: number, body: object): void {
  const text = `${JSON.stringify(body)}\n`;
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    .end(text);
}

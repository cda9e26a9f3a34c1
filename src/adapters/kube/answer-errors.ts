import { notKubernetesRemedy } from '../../domain/kube/api-answer.ts';
import { ClusterStatusError } from '../../domain/kube/status-error.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { stringAt } from '../../domain/core/json-object.ts';
import type { Redactor } from '../../domain/core/secret.ts';
import { classifyTlsError, tooLong, type BrokenExchange, type HttpResponse } from '../http/transport.ts';

const longestMessage = 1000;

/** The error of an answer of 400 and above, redacted; `body` is its parsed body, usually a Kubernetes Status. */
export function statusError(
  { answer, body, doing }: { readonly answer: HttpResponse; readonly body: unknown; readonly doing: string },
  redactor: Redactor,
): ClusterStatusError {
  const message = stringAt(body, 'message') ?? answer.body.toString('utf8').trim();
  return new ClusterStatusError(doing, {
    status: answer.status,
    reason: redactor.excerpt(stringAt(body, 'reason') ?? '', longestMessage),
    message: redactor.excerpt(message, longestMessage),
    body: redactor.redactValue(body),
  });
}

export function brokenError(broken: BrokenExchange, doing: string): TaskError {
  if (broken.code === tooLong) return tooLargeError(doing, broken.message);
  const message = `${doing}: ${broken.message}`;
  const isUntrusted = classifyTlsError(broken.code) === 'untrusted';
  return new TaskError(isUntrusted ? 'tls-untrusted' : 'unreachable', message, {
    remedy: isUntrusted
      ? 'Put the certificate authority of the server into the kubeconfig or the CA bundle, and check its name.'
      : 'Check the server address in the kubeconfig and that it can be reached from here, then run again.',
    cause: broken,
  });
}

/** The error of an answer that no API server gives to a request for a page. */
export function tooLargeError(doing: string, why: string): TaskError {
  return new TaskError('cluster-refused', `${doing}: ${why}`, {
    remedy: 'Check the API server that serves this kind, then run again.',
  });
}

/**
 * The error of a redirect, which an API server does not answer with: the server is something else. The query of the
 * place is left out, since login pages get secrets in it.
 */
export function redirectError({ headers }: HttpResponse, doing: string): TaskError {
  const place = URL.parse(headers['location'] ?? '');
  const to = place === null ? 'another path' : `${place.origin}${place.pathname}`;
  return new TaskError('not-kubernetes', `${doing}: it redirects to ${to}`, { remedy: notKubernetesRemedy });
}

export function notJsonError({ headers, body }: HttpResponse, doing: string): TaskError {
  const found = `${headers['content-type'] ?? 'no content type'}, ${String(body.length)} bytes`;
  const remedy = 'Check that the server address in the kubeconfig is the one of an API server.';
  return new TaskError('cluster-refused', `${doing}: expected whole JSON, got another answer (${found})`, { remedy });
}

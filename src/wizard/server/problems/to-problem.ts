import { messageOf, TaskError, type ErrorCode } from '../../../domain/core/errors.ts';
import { numberAt } from './number-at.ts';
import { stringAt } from '../../../domain/core/json-object.ts';
import type { Redactor } from '../../../domain/core/secret.ts';
import { isRefusal } from '../../../domain/kube/status-error.ts';
import type { ProblemDetails } from '../../api/problem.ts';
import { UntrustedServer } from './untrusted-server.ts';
import { Refusal } from './refusals.ts';

interface Place {
  readonly requestId: string;
  readonly redactor: Redactor;
}

type Text = Pick<ProblemDetails, 'status' | 'code' | 'detail' | 'remedy'>;

/** The statuses of errors that come from what the user gave, by code. All others are those of a cluster behind. */
const ownStatuses: ReadonlyMap<ErrorCode, number> = new Map([
  ['invalid-param', 400],
  ['invalid-file', 400],
  ['unknown-context', 400],
  ['kubeconfig-unreadable', 400],
  ['kubeconfig-refused', 400],
  ['namespace-not-found', 404],
  ['timeout', 504],
]);

const titles: ReadonlyMap<number, string> = new Map([
  [400, 'Bad Request'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [409, 'Conflict'],
  [413, 'Content Too Large'],
  [415, 'Unsupported Media Type'],
  [422, 'Unprocessable Content'],
  [429, 'Too Many Requests'],
  [500, 'Internal Server Error'],
  [502, 'Bad Gateway'],
  [504, 'Gateway Timeout'],
]);

/** Whatever was thrown, as the body of an answer. For a defect it lacks the text, which is for the log only. */
export function toProblem(error: unknown, { requestId, redactor }: Place): ProblemDetails {
  const { status, code, detail, remedy } = textOf(error);
  return {
    type: 'about:blank',
    title: titles.get(status) ?? 'Error',
    status,
    code,
    detail: redactor.redact(detail),
    remedy: redactor.redact(remedy),
    requestId,
    ...(error instanceof UntrustedServer && error.certificate !== undefined ? { certificate: error.certificate } : {}),
  };
}

function textOf(error: unknown): Text {
  if (error instanceof Refusal) {
    return { status: error.status, code: error.code, detail: error.message, remedy: error.remedy };
  }
  if (error instanceof TaskError) {
    return { status: statusOf(error), code: error.code, detail: error.message, remedy: error.remedy };
  }
  return frameworkText(error);
}

/** A refusal of a cluster keeps 403 and 404: they are about the user's own rights and names. */
function statusOf(error: TaskError): number {
  if (isRefusal(error, 403, 404, 409, 422)) return error.status;
  return ownStatuses.get(error.code) ?? 502;
}

// Of fastify: a body that is too long or no JSON, a path that cannot be decoded.
function frameworkText(error: unknown): Text {
  const status = numberAt(error, 'statusCode');
  if (status === 413) {
    const detail = 'the body of the request is too long';
    return { status, code: 'body-too-large', detail, remedy: 'Send at most 256 KiB.' };
  }
  if (status !== undefined && status >= 400 && status < 500) {
    const code = stringAt(error, 'code') ?? '';
    const detail = `the request cannot be read: ${code === '' ? messageOf(error) : code}`;
    return { status, code: 'request-refused', detail, remedy: 'Send what the description of the API says.' };
  }
  const detail = 'the server has a defect, which its log describes';
  return {
    status: 500,
    code: 'defect',
    detail,
    remedy: 'Report it with the id of the request and the lines of the log.',
  };
}

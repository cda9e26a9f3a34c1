import { apiVersionOf, type ApiKind, type UnknownKinds } from '../../domain/kube/discovery.ts';
import {
  itemOfUnexpected,
  nameOfUnexpected,
  type ExpectedObject,
  type UnexpectedObject,
} from '../../domain/kube/expected-object.ts';
import type { Item } from '../../domain/reports/outcome.ts';
import { isRefusal } from '../../domain/kube/status-error.ts';
import { TaskError, type ErrorCode } from '../../domain/core/errors.ts';
import { isReason, type Reason } from '../../domain/reports/reasons.ts';
import type { Redactor } from '../../domain/core/secret.ts';

/** What could not be read, as it is kept in `failures/`. The members `APIResource` and `error.ErrStatus` are crane's. */
export interface FailureRecord {
  readonly APIResource: Readonly<Record<string, unknown>>;
  readonly error: Readonly<Record<string, unknown>>;
  /** Names of single objects, when the kind was listed but these could not be read. */
  readonly objects?: readonly { readonly name: string; readonly message: string }[];
}

// Errors that do not belong to one kind: the whole run cannot continue.
const endsTheRun: ReadonlySet<ErrorCode> = new Set(['interrupted', 'disk-full', 'io-broke', 'tls-untrusted']);

/** An error that concerns one kind only; throws all others on. */
export function asKindError(error: unknown): TaskError {
  if (error instanceof TaskError && !endsTheRun.has(error.code)) return error;
  throw error;
}

/** The reason code of a kind that could not be read. */
export function reasonOf(error: TaskError): Reason<'export'> {
  if (!isRefusal(error)) return error.code;
  switch (error.status) {
    case 404:
      return 'not-found';
    case 405:
      return 'method-not-allowed';
    case 410:
      return 'list-expired';
    case 429:
      return 'throttled';
    case 503:
      return 'unavailable';
    default:
      return error.code;
  }
}

/** The reason code of a kind that could not be read, and may be missing. */
export function allowedReasonOf(error: TaskError): Reason<'export'> {
  const reason = `${reasonOf(error)}-allowed`;
  return isReason(reason, 'export') ? reason : 'cluster-refused-allowed';
}

/** An object of a kind that could not be read. */
export interface FailedObject {
  readonly name: string;
  readonly item: Item<'export'>;
}

/** An object that the API server answered in the place of one of the kind. */
export function asFailedObject(expected: ExpectedObject, object: UnexpectedObject): FailedObject {
  return { name: nameOfUnexpected(object), item: itemOfUnexpected(expected, object) };
}

/** The record of a kind that could not be listed, and of its objects that could not be read before. */
export function recordOfKind(
  kind: ApiKind,
  { error, objects }: { readonly error: TaskError; readonly objects: readonly FailedObject[] },
  redactor: Redactor,
): FailureRecord {
  return {
    APIResource: describeKind(kind),
    error: describeError(error, redactor),
    ...recordOfNames(objects, redactor),
  };
}

/** The record of objects of a kind that could not be read, although the kind was listed. */
export function recordOfObjects(kind: ApiKind, objects: readonly FailedObject[], redactor: Redactor): FailureRecord {
  const message = `objects that could not be read: ${String(objects.length)}`;
  return { APIResource: describeKind(kind), error: { message }, ...recordOfNames(objects, redactor) };
}

function describeKind({ group, version, kind, plural, namespaced, verbs }: ApiKind): FailureRecord['APIResource'] {
  return { group, kind, name: plural, namespaced, verbs, version };
}

function recordOfNames(objects: readonly FailedObject[], redactor: Redactor): Pick<FailureRecord, 'objects'> {
  if (objects.length === 0) return {};
  return { objects: objects.map(({ name, item }) => ({ name, message: redactor.redact(item.message ?? '') })) };
}

/** The record of a group version whose kinds the server could not list. */
export function recordOfUnknown(unknown: UnknownKinds, redactor: Redactor): FailureRecord {
  const { group, version, reason } = unknown;
  return {
    APIResource: { group, version },
    error: { message: redactor.redact(`discovering ${apiVersionOf(unknown)}: ${reason}`) },
  };
}

function describeError(error: TaskError, redactor: Redactor): Readonly<Record<string, unknown>> {
  const message = redactor.redact(error.message);
  return isRefusal(error) && error.body !== undefined
    ? { ErrStatus: redactor.redactValue(error.body), message }
    : { message };
}

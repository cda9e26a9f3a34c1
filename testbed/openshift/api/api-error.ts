/** Reasons of metav1.Status that this server gives, with their HTTP status. */
const statusOfReason = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  AlreadyExists: 409,
  Conflict: 409,
  UnsupportedMediaType: 415,
  Invalid: 422,
  InternalError: 500,
} as const;

/** A reason of metav1.Status. */
export type StatusReason = keyof typeof statusOfReason;

/** A request that is refused, with the reason that clients look at. */
export class ApiError extends Error {
  override name = 'ApiError' as const;
  readonly reason: StatusReason;

  constructor(reason: StatusReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** The 404 of one object, worded as every Kubernetes API words it. */
export function notFound(resource: string, name: string): ApiError {
  return new ApiError('NotFound', `${resource}.image.openshift.io "${name}" not found`);
}

/** An error as HTTP status and metav1.Status object. */
export function toStatus(error: ApiError): { status: number; body: object } {
  const code = statusOfReason[error.reason];
  return {
    status: code,
    body: {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: error.message,
      reason: error.reason,
      code,
    },
  };
}

/** 2: wrong input, 3: a cluster, registry or program refused or failed, 4: incomplete and resumable. 1: a defect. */
const exitCodes = {
  'invalid-param': 2,
  'invalid-file': 2,
  'unknown-context': 2,
  'kubeconfig-unreadable': 2,
  'kubeconfig-refused': 2,
  'namespace-not-found': 2,
  'name-collision': 2,
  'registry-unknown': 2,
  'release-not-found': 2,
  'workload-not-found': 2,
  'not-eligible': 2,
  'blob-not-found': 2,
  'public-destination': 2,
  unreachable: 3,
  'tls-untrusted': 3,
  unauthorized: 3,
  forbidden: 3,
  'cluster-refused': 3,
  'registry-refused': 3,
  'git-refused': 3,
  'storage-refused': 3,
  'wrong-cluster': 3,
  'not-kubernetes': 3,
  'not-a-registry': 3,
  'nothing-found': 3,
  'release-invalid': 3,
  'release-pending': 3,
  'pod-not-ready': 3,
  'chart-incomplete': 3,
  'chart-different': 3,
  'program-missing': 3,
  'program-broke': 3,
  'io-broke': 3,
  timeout: 3,
  'unexpected-object': 4,
  'disk-full': 4,
  'storage-full': 4,
  incomplete: 4,
  interrupted: 4,
} as const;

export type ErrorCode = keyof typeof exitCodes;

export interface TaskErrorOptions {
  /** What the user can do about it, a full sentence. */
  readonly remedy: string;
  readonly cause?: unknown;
}

/** An expected end of a program: the message names doing, object and cause; the remedy says what to do. */
export class TaskError extends Error {
  override readonly name = 'TaskError';
  readonly code: ErrorCode;
  readonly remedy: string;

  constructor(code: ErrorCode, message: string, options: TaskErrorOptions) {
    super(message, { cause: options.cause });
    this.code = code;
    this.remedy = options.remedy;
  }
}

/** A text as an error code; undefined when it is none. */
export function asErrorCode(text: string): ErrorCode | undefined {
  return isErrorCode(text) ? text : undefined;
}

function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(exitCodes, text);
}

/** The exit code that belongs to an error; 1 means a defect of this program. */
export function exitCodeOf(error: unknown): number {
  return error instanceof TaskError ? exitCodes[error.code] : 1;
}

/** The message of whatever was thrown, for use inside another message. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

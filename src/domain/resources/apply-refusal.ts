import { blamesRequest } from '../clusters/retry.ts';

/** What an API server answered to an attempt to apply one resource. */
export interface Refusal {
  readonly status: number;
  /** `reason` of the Kubernetes Status. */
  readonly reason: string;
  readonly message: string;
}

export type RefusalReason =
  | 'namespace-terminating'
  | 'namespace-not-found'
  | 'missing-kind'
  | 'quota'
  | 'denied'
  | 'forbidden'
  | 'conflict'
  | 'immutable'
  | 'invalid'
  | 'refused';

// Words of kube-apiserver's validation for fields that cannot change: apimachinery's ValidateImmutableField, and the
// sentences of Service, StatefulSet, PersistentVolumeClaim and RoleBinding.
const immutable =
  /field is immutable|may not change once set|is immutable after creation|updates to \w+ spec for fields other than|cannot change roleRef/;

/** The stable code of a refusal, from status, reason and the fixed parts of the server's messages. */
export function classifyRefusal({ status, reason, message }: Refusal): RefusalReason {
  if (/because it is being terminated/.test(message)) return 'namespace-terminating';
  if (/exceeded quota|failed quota/.test(message)) return 'quota';
  if (
    /admission webhook .* denied|violates PodSecurity|unable to validate against any security context constraint|ValidatingAdmissionPolicy/.test(
      message,
    )
  ) {
    return 'denied';
  }
  if (immutable.test(message)) return 'immutable';
  if (reason === 'NotFound' || status === 404)
    return /namespaces? "/.test(message) ? 'namespace-not-found' : 'missing-kind';
  if (status === 403 || status === 401) return 'forbidden';
  if (status === 409) return 'conflict';
  return status === 422 || status === 400 || blamesRequest(message) ? 'invalid' : 'refused';
}

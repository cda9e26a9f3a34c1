import { isRequestError } from '../http/retry.ts';
import type { Redactor } from '../core/secret.ts';
import type { Reason } from '../reports/reasons.ts';
import { arrayAt, stringAt } from '../core/json-object.ts';

/** What an API server answered to an attempt to apply one resource. */
export interface Refusal {
  readonly status: number;
  /** `reason` of the Kubernetes Status. */
  readonly reason: string;
  /** What was asked, a colon and what the server said, as ClusterStatusError has it. */
  readonly message: string;
  /** The whole Status; its message is not cut short. */
  readonly body?: unknown;
}

// Words of kube-apiserver's validation for fields that cannot change: apimachinery's ValidateImmutableField, and the
// sentences of Service, StatefulSet, PersistentVolumeClaim and RoleBinding.
const immutable =
  /field is immutable|may not change once set|is immutable after creation|updates to \w+ spec for fields other than|cannot change roleRef/;

/** Fixed parts of the server's messages, more exact than its status codes; the first that fits counts. */
const sentences: readonly (readonly [RegExp, Reason<'apply'>])[] = [
  [/because it is being terminated/, 'namespace-terminating'],
  [/exceeded quota|failed quota/, 'quota'],
  // LimitRanger: "minimum cpu usage per Container is …", "maximum storage usage per PersistentVolumeClaim is …".
  [/(?:minimum|maximum) \S+ usage per \w+ is|max limit to request ratio per \w+/, 'limit-range'],
  [/failed calling webhook/, 'webhook-failed'],
  // OpenShift's check of routes/custom-host (library-go, pkg/route/hostassignment), a 422.
  [/you do not have permission to set the host field of the route/, 'forbidden'],
  [
    /admission webhook "[^"]*" denied|violates PodSecurity|unable to validate against any security context constraint|ValidatingAdmissionPolicy/,
    'denied',
  ],
  // Of the Role that a binding names: its kind is served.
  [/\b(?:cluster)?roles\.rbac\.authorization\.k8s\.io "[^"]*" not found/, 'refused'],
  [/attempting to grant RBAC permissions not currently held/, 'escalation'],
  [immutable, 'immutable'],
  [/provided (?:port|node port|IP) is already allocated/, 'port-taken'],
];

/** The stable code of a refusal, from status, reason and the fixed parts of the server's messages. */
export function classifyRefusal({ status, reason, message, body }: Refusal): Reason<'apply'> {
  const text = stringAt(body, 'message') ?? message;
  const found = sentences.find(([sentence]) => sentence.test(text));
  if (found !== undefined) return found[1];
  if (reason === 'NotFound' || status === 404)
    return /namespaces? "/.test(message) ? 'namespace-not-found' : 'missing-kind';
  if (status === 403 || status === 401) return 'forbidden';
  if (status === 409) return 'conflict';
  return status === 422 || status === 400 || isRequestError(message) ? 'invalid' : 'refused';
}

const mostFields = 10;
const longestCause = 300;

/**
 * A refusal in words. Servers repeat whole pod templates before the actual problem: of a long cause only its field and
 * its end are reported, which also keeps values out of logs.
 */
export function explainRefusal({ message, body }: Refusal, { redact }: Redactor): string {
  const causes = arrayAt(body, 'details', 'causes').map((cause) => ({
    field: redact(stringAt(cause, 'field') ?? ''),
    text: redact(stringAt(cause, 'message') ?? ''),
  }));
  if (!causes.some(({ text }) => text.length > longestCause)) return message;
  const head = message.slice(0, message.indexOf(': '));
  const shorten = (text: string): string => `… ${text.slice(text.lastIndexOf(': ') + 2).slice(-longestCause)}`;
  const details = causes.map(({ field, text }) => `${field}: ${text.length > longestCause ? shorten(text) : text}`);
  return `${head}: ${details.join('; ')}`;
}

/** Fields that a Kubernetes Status blames in `details.causes` (409, 422), and the managers that hold them, if any. */
export function evidenceOfRefusal(body: unknown): Readonly<Record<string, string>> {
  const causes = arrayAt(body, 'details', 'causes');
  const fields = causes.map((cause) => stringAt(cause, 'field') ?? '').filter((field) => field !== '');
  const managers = causes.map((cause) => /^conflict with "([^"]+)"/.exec(stringAt(cause, 'message') ?? '')?.[1] ?? '');
  return { ...joined('fields', fields), ...joined('managers', managers) };
}

function joined(name: string, values: readonly string[]): Readonly<Record<string, string>> {
  const filled = [...new Set(values.filter((value) => value !== ''))];
  return filled.length === 0 ? {} : { [name]: filled.slice(0, mostFields).join(', ') };
}

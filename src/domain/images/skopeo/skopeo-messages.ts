import type { Redactor } from '../../core/secret.ts';
import type { FailureKind } from '../../oci/failure.ts';
import { classifyRefusedWrite } from '../../oci/refused-write.ts';

/** What skopeo's last words mean, and the words themselves. */
export interface SkopeoMessage {
  readonly kind: FailureKind;
  readonly text: string;
}

// Recorded from skopeo 1.9.3 and 1.18.0. The order matters: the first pattern that fits decides.
// `StatusCode` is what it says of an answer whose body is not the registry API's own: a proxy's, or empty.
const patterns: readonly (readonly [FailureKind, RegExp])[] = [
  ['tls-untrusted', /x509:|certificate signed by unknown|server gave HTTP response to HTTPS client/i],
  ['rate-limited', /toomanyrequests|too many requests|StatusCode: 429/i],
  ['wrong-content', /digest did not match|does not match|digest mismatch|digest invalid|would (?:change|invalidate)/i],
  ['unauthorized', /unauthorized|authentication required|invalid username|StatusCode: 401/i],
  ['denied', /denied|forbidden|StatusCode: 403/i],
  ['unavailable', /blob upload (?:unknown|invalid)/i],
  // The registry said to have a blob and knows nothing of it when the manifest comes.
  ['blob-missing', /blob (?:unknown|invalid)/i],
  ['not-found', /manifest unknown|name unknown|repository name not known|not found|StatusCode: 404/i],
  ['unsupported', /unsupported (?:schema|manifest|mime)|schema ?version 1/i],
  ['unavailable', /internal server error|bad gateway|service unavailable|gateway time-?out|unknown error|\b50[0-4]\b/i],
  ['unavailable', /connection (?:reset|refused)|broken pipe|\bEOF\b|time(?:d )?-?out|no such host|no route to host/i],
  [
    'unavailable',
    /network is unreachable|deadline exceeded|server misbehaving|temporary failure|server closed|http2:/i,
  ],
];

/** How it begins when the destination refused. */
const writing = /writing (?:blob|manifest)|initiating (?:layer )?upload|uploading|at destination/i;
const passing: readonly FailureKind[] = ['rate-limited', 'tls-untrusted', 'wrong-content', 'blob-missing'];

const longestText = 600;

/** Sorts the standard error of a failed skopeo run into a kind and one sentence. */
export function readSkopeoMessage(stderr: string, redactor: Redactor): SkopeoMessage {
  const text = lastWords(stderr, redactor);
  // Names and addresses must not decide: a repository may well be called `not-found`.
  const words = text.replaceAll(/\S+/g, (word) => (word.includes('/') || word.includes('sha256:') ? ' ' : word));
  const found = patterns.find(([, pattern]) => pattern.test(words))?.[0] ?? 'refused';
  const refused = writing.test(words) && !passing.includes(found) ? classifyRefusedWrite(0, words) : undefined;
  return { kind: refused ?? found, text };
}

// logrus writes `time="…" level=fatal msg="…"` with Go quoting; the last such line is the reason of the end.
function lastWords(stderr: string, redactor: Redactor): string {
  const lines = redactor
    .redact(stderr)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const line = lines.findLast((candidate) => /level=fatal/.test(candidate)) ?? lines.at(-1) ?? 'it said nothing';
  const quoted = /msg="((?:[^"\\]|\\.)*)"/.exec(line)?.[1];
  const text = quoted === undefined ? line : quoted.replaceAll(/\\(.)/g, '$1');
  return redactor.excerpt(text, longestText);
}

import type { HelmFailure } from './helm-error.ts';

/**
 * What helm prints for each failure, the first that fits first. Source: the error texts of helm.sh/helm/v3 (pkg/action,
 * pkg/chart, pkg/kube) and of the API server.
 */
const patterns: readonly (readonly [RegExp, HelmFailure])[] = [
  [/another operation \(install\/upgrade\/rollback\) is in progress/, 'pending'],
  [
    /cannot re-?use a name that is still in use|invalid ownership metadata|already exists\. Unable to continue/,
    'name-in-use',
  ],
  [/has no deployed releases/, 'not-deployed'],
  [/release: not found|release has no \d+ version|Release not loaded/i, 'not-found'],
  [/Too long: (?:must have at most|may not be more than) 1048576|request entity too large/i, 'too-large'],
  [/exceeded quota/i, 'quota'],
  [/is forbidden:|\bforbidden\b.*cannot/i, 'forbidden'],
  [/\bUnauthorized\b|must be logged in|asked for the client to provide credentials/, 'unauthorized'],
  [/x509: |certificate signed by unknown authority|tls: failed to verify/, 'tls-untrusted'],
  [/context canceled|has been cancell?ed|received .* signal/i, 'stopped'],
  [
    /(?:pre|post)-(?:install|upgrade|rollback|delete)\w* hooks? failed: (?!.*timed out)|BackoffLimitExceeded/i,
    'hook-failed',
  ],
  [/timed out waiting|context deadline exceeded|client rate limiter Wait/i, 'timeout'],
  [/cluster unreachable|connection refused|no such host|i\/o timeout|EOF$|network is unreachable/im, 'unreachable'],
  [/values don't meet the specifications of the schema|cannot overwrite table with non table/, 'invalid-values'],
  [/failed to parse .*values|error parsing .*values|cannot unmarshal .* into Go value/i, 'invalid-values'],
  [/no matches for kind|ensure CRDs are installed first/, 'kind-not-served'],
  [/path ".*" not found|failed to download|: not found$|failed to perform "FetchReference"/im, 'chart-not-found'],
  [
    /Chart\.yaml|validation: chart|YAML parse error|parse error at|execution error at|template: |can't evaluate/,
    'invalid-chart',
  ],
  [
    /unable to build kubernetes objects|error validating data|missing in charts\/ directory|gzip|tar header/i,
    'invalid-chart',
  ],
  [/chart (?:.*)?not (?:valid|installable)|does not appear to be a|incompatible with Kubernetes/i, 'invalid-chart'],
];

/** The failure that the error output of helm is about. */
export function readHelmFailure(stderr: string): HelmFailure {
  return patterns.find(([pattern]) => pattern.test(stderr))?.[1] ?? 'refused';
}

/** The error lines of helm without its warnings and its own words for them. */
export function readHelmComplaint(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !isNoise(line));
  return lines
    .join('\n')
    .replace(/^Error: /, '')
    .trim();
}

function isNoise(line: string): boolean {
  return /^(?:WARNING|level=(?:WARN|INFO|DEBUG)|coalesce\.go|[IWE]\d{4} \d\d:|\w+\.go:\d+:|Release ".*" does not exist\.)/.test(
    line,
  );
}

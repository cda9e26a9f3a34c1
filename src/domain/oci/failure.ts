import { TaskError, type ErrorCode } from '../core/errors.ts';

/** Why a registry or a copy did not do what was asked. The codes stand in reports. */
export type FailureKind =
  | 'unauthorized'
  | 'denied'
  | 'not-found'
  | 'rate-limited'
  | 'unavailable'
  | 'wrong-content'
  | 'blob-missing'
  | 'tls-untrusted'
  | 'realm-refused'
  | 'address-refused'
  | 'proxy-unusable'
  | 'unsupported'
  | 'platform-missing'
  | 'refused'
  | 'delete-unsupported'
  | 'quota-exceeded'
  | 'upload-too-large'
  | 'repository-missing'
  | 'referrers-refused'
  | 'referrers-unbounded'
  | 'program-missing'
  | 'not-a-registry'
  | 'interrupted';

const codes = {
  unauthorized: 'unauthorized',
  denied: 'forbidden',
  'not-found': 'registry-refused',
  'rate-limited': 'registry-refused',
  unavailable: 'unreachable',
  'wrong-content': 'registry-refused',
  'blob-missing': 'registry-refused',
  'tls-untrusted': 'tls-untrusted',
  'realm-refused': 'registry-refused',
  'address-refused': 'registry-refused',
  'proxy-unusable': 'invalid-param',
  unsupported: 'registry-refused',
  'platform-missing': 'registry-refused',
  refused: 'registry-refused',
  'delete-unsupported': 'registry-refused',
  'quota-exceeded': 'registry-refused',
  'upload-too-large': 'registry-refused',
  'repository-missing': 'registry-refused',
  'referrers-refused': 'registry-refused',
  'referrers-unbounded': 'registry-refused',
  'program-missing': 'program-missing',
  'not-a-registry': 'not-a-registry',
  interrupted: 'interrupted',
} as const satisfies Record<FailureKind, ErrorCode>;

const remedies: Record<FailureKind, string> = {
  unauthorized:
    'Give a login for this registry in `registry-auth`, or check that its token is valid and that the account may use the repository (on OpenShift: system:image-puller at the source, system:image-builder at the destination).',
  denied: 'Give the account the right to read the source or to push to the destination.',
  'not-found': 'Check that the image still exists at the source, or write the plan again.',
  'rate-limited': 'Run again later, or with a lower `parallel`.',
  unavailable: 'Check that the registry is up and reachable from here, then run again: finished images are kept.',
  'wrong-content': 'Run again; if the error repeats, the registry or a proxy before it changes content.',
  'blob-missing': 'Run again; if the error repeats, the registry lost content that it lists: ask its operator.',
  'tls-untrusted':
    'Give the authority of the registry in `ca-bundle`. Set the param for TLS verification of that registry to "false" if it has no TLS.',
  'realm-refused': 'Ask the operator of the registry: credentials are only sent to the registry and its own domain.',
  'address-refused':
    'Ask the operator of the registry: it names a server whose address only the computer or the pod of this run can mean.',
  'proxy-unusable':
    'Set the variable to http://host:port, https://host:port or socks5://host:port, or add the registry to NO_PROXY, then run again.',
  unsupported: 'Build or convert the image again with a current tool, then write the plan again.',
  'platform-missing': 'Add one of these platforms to `platforms`, or leave the image out with `image-exclude`.',
  refused: 'Read what the registry says, fix it and run again.',
  'delete-unsupported':
    'Delete the image on the web page of the registry, or ask its operator to enable deletion (distribution: storage.delete.enabled).',
  'quota-exceeded':
    'Delete images at the destination, or have its operator raise the quota or the storage, then run again.',
  'upload-too-large':
    'Have the operator of the registry, or of the proxy before it, allow larger requests (nginx: client_max_body_size).',
  'repository-missing':
    'Create the repository, or the project that it belongs to, at the destination: this registry makes none on a push.',
  'referrers-refused':
    'Set `referrers` to "best-effort" to do without what this registry cannot hold, or copy the images to one that has the referrers API.',
  'referrers-unbounded':
    'Delete referrers at the source that are not needed, or set `referrers` to "best-effort" to copy the image without them.',
  'program-missing': 'Install skopeo or use the image of this task.',
  'not-a-registry': 'Correct the address of the registry: host and port, as in the names of its images.',
  interrupted: 'Run again: finished images are kept.',
};

/** A registry or the copying program refused or broke; `kind` says whether trying again can help. */
export class SyncFailure extends TaskError {
  readonly kind: FailureKind;
  /** How long the server asked to be left alone. */
  readonly retryAfterMilliseconds: number | undefined;

  constructor(
    kind: FailureKind,
    message: string,
    options: { readonly cause?: unknown; readonly retryAfterMilliseconds?: number | undefined } = {},
  ) {
    super(codes[kind], message, { remedy: remedies[kind], cause: options.cause });
    this.kind = kind;
    this.retryAfterMilliseconds = options.retryAfterMilliseconds;
  }
}

/** Whether the same request may succeed a moment later. */
export function isTransient(kind: FailureKind): boolean {
  return kind === 'rate-limited' || kind === 'unavailable' || kind === 'wrong-content' || kind === 'blob-missing';
}

/** What a failure of this kind asks of the user. */
export function remedyOf(kind: FailureKind): string {
  return remedies[kind];
}

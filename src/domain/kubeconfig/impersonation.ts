import { parseCommaList } from '../core/comma-list.ts';
import { TaskError } from '../core/errors.ts';

/** In whose name requests are made: https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/ */
export interface Impersonation {
  /** Undefined: the account itself. */
  readonly user: string | undefined;
  readonly groups: readonly string[];
  readonly uid: string | undefined;
  /** Values by key. */
  readonly extras: Readonly<Record<string, readonly string[]>>;
}

export const noImpersonation: Impersonation = { user: undefined, groups: [], uid: undefined, extras: {} };

export interface ImpersonationTexts {
  readonly user: string | undefined;
  /** Separated by commas. */
  readonly groups: string;
  readonly uid: string | undefined;
  /** `key=v1,v2;key2=v3`, as crane takes it. */
  readonly extras: string | undefined;
}

/** Reads the params of an impersonation. @throws TaskError `invalid-param` */
export function parseImpersonation({ user, groups, uid, extras }: ImpersonationTexts): Impersonation {
  return { user, groups: parseCommaList(groups), uid, extras: parseExtras(extras) };
}

/** What is given in one place, completed by what another place says. */
export function mergeImpersonations(first: Impersonation, second: Impersonation): Impersonation {
  return {
    user: first.user ?? second.user,
    groups: first.groups.length === 0 ? second.groups : first.groups,
    uid: first.uid ?? second.uid,
    extras: Object.keys(first.extras).length === 0 ? second.extras : first.extras,
  };
}

/** The headers that ask for it. @throws TaskError `invalid-param` without a user, which every API server refuses */
export function impersonationHeaders(whom: Impersonation): Readonly<Record<string, string | string[]>> {
  const { user, groups, uid, extras } = whom;
  if (user === undefined) {
    if (groups.length === 0 && uid === undefined && Object.keys(extras).length === 0) return {};
    throw refused('groups, UID or extras without a user', 'Give the user too, with --as.');
  }
  const named = Object.entries(extras).map(([key, values]) => {
    return [`impersonate-extra-${escapeKey(key)}`, values.map(headerValue)] as const;
  });
  return {
    'impersonate-user': headerValue(user),
    'impersonate-group': groups.map(headerValue),
    ...(uid === undefined ? {} : { 'impersonate-uid': headerValue(uid) }),
    ...Object.fromEntries(named),
  };
}

function parseExtras(text: string | undefined): Impersonation['extras'] {
  if (text === undefined) return {};
  const parts = text.split(';').map((part): [string, readonly string[]] => {
    const [key = '', values, ...more] = part.split('=');
    if (key === '' || values === undefined || more.length > 0) {
      const remedy = 'Write key=v1,v2;key2=v3, with exactly one = in each part.';
      throw refused(`the extra: expected key=value, got ${JSON.stringify(part)}`, remedy);
    }
    return [key, values.split(',')];
  });
  return Object.fromEntries(parts);
}

/** Header names are tokens (RFC 9110 section 5.6.2); the API server decodes what stands behind a percent sign. */
function escapeKey(key: string): string {
  const escape = (character: string): string =>
    /[a-z0-9!#$&'*+.^_`|~-]/.test(character) ? character : `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  return Array.from(toBytes(key.toLowerCase()), escape).join('');
}

/** UTF-8, each byte as one character. */
function toBytes(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
}

/** Headers carry bytes, each as one character: the API server reads them as UTF-8. */
function headerValue(text: string): string {
  if (/\p{Cc}/u.test(text)) throw refused(`${JSON.stringify(text)} has control characters`, 'Remove them.');
  return toBytes(text);
}

function refused(cause: string, remedy: string): TaskError {
  return new TaskError('invalid-param', `reading whom to impersonate: ${cause}`, { remedy });
}

/** A Secret of the namespace. */
export interface NamespaceSecret {
  readonly name: string;
  /** Such as `Opaque` and `kubernetes.io/tls`. */
  readonly type: string;
  /** Values by key, decoded from base64. */
  readonly data: ReadonlyMap<string, Uint8Array>;
}

/** Bytes that a program writes for a value, and the rule that names the value. */
export interface SecretForm {
  readonly bytes: Uint8Array;
  /** `secret:<name of the Secret>/<key>`. */
  readonly rule: string;
}

/** How many values of Secrets are searched for, and why others are not. */
export interface ValueCounts {
  readonly searched: number;
  /** Fewer than 8 characters: they are in other texts by chance. */
  readonly tooShort: number;
  /** Words such as `password`, which are not secret. */
  readonly trivial: number;
  /** Certificates and names of namespaces. */
  readonly public: number;
}

const shortestValue = 8;
/** Bytes of a longer value that are compared, from its middle: its beginning is often that of other values too. */
const longestForm = 64;
/** Base64 is often broken into lines of 76 or 64 characters: parts of this size are within one of them somewhere. */
const encodedPart = 24;
const publicKeys = new Set(['ca.crt', 'tls.crt', 'namespace', 'service-ca.crt', 'ca-bundle.crt']);
const trivialValues = new Set(
  [
    ...['localhost', '127.0.0.1', 'password', 'passw0rd', 'changeme', 'changeit', 'postgres', 'postgresql', 'mongodb'],
    ...[
      'rabbitmq',
      'username',
      'database',
      'administrator',
      'anonymous',
      'disabled',
      'enabled',
      'production',
      'default',
    ],
    ...['development', 'staging', 'undefined', 'kubernetes', 'us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1'],
    ...['require', 'verify-full', 'verify-ca', 'testtest', '12345678', '123456789', '1234567890', 'cluster.local'],
    ...['application/json', 'text/plain', 'https://', 'http://localhost', 'example.com'],
  ].map((value) => value.toLowerCase()),
);

/**
 * Makes the forms in which the values of Secrets can stand in a file: as they are, in base64 (also for URLs, at each of the
 * three places of a byte), percent-encoded, and escaped as in JSON. Of a value that holds other values, such as a
 * configuration of Docker, a file of assignments or a key in PEM, those are searched for.
 */
export function formsOfSecrets(secrets: readonly NamespaceSecret[]): {
  readonly forms: readonly SecretForm[];
  readonly counts: ValueCounts;
} {
  const forms = new Map<string, SecretForm>();
  const counts = { searched: 0, tooShort: 0, trivial: 0, public: 0 };
  for (const { name, type, data } of secrets) {
    for (const [key, bytes] of data) {
      const kind = kindOf(key, type, bytes);
      counts[kind] += 1;
      if (kind !== 'searched') continue;
      const rule = `secret:${name}/${key}`;
      for (const form of valuesIn(bytes).flatMap(formsOfValue)) {
        const id = latin1(form);
        if (!forms.has(id)) forms.set(id, { bytes: form, rule });
      }
    }
  }
  return { forms: [...forms.values()], counts };
}

function kindOf(key: string, type: string, bytes: Uint8Array): keyof ValueCounts {
  const isToken = type === 'kubernetes.io/service-account-token';
  if (isToken ? key !== 'token' : publicKeys.has(key)) return 'public';
  const text = trimmed(bytes);
  if (isCertificate(text)) return 'public';
  if (text.length < shortestValue) return 'tooShort';
  return isTrivial(text) ? 'trivial' : 'searched';
}

function isCertificate(text: string): boolean {
  return text.startsWith('-----BEGIN CERTIFICATE-----') && !text.includes('PRIVATE KEY');
}

/** One character repeated, or a word that many configurations have. */
function isTrivial(text: string): boolean {
  return trivialValues.has(text.toLowerCase()) || new Set(text).size < 3;
}

/** Without blanks of any kind at its ends, each byte as the character of its number. */
function trimmed(bytes: Uint8Array): string {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const isText = !text.includes('\u{FFFD}');
  return isText ? latin1(new TextEncoder().encode(text.trim())) : latin1(bytes);
}

/** The value itself, or for known forms the values that it holds. */
function valuesIn(bytes: Uint8Array): readonly Uint8Array[] {
  const text = trimmed(bytes);
  const own = bytesOf(text);
  const inner = text.startsWith('{') ? textsInJson(text) : linesOf(text);
  const long = inner.map((part) => part.trim()).filter((part) => part.length >= shortestValue && !isTrivial(part));
  return long.length === 0 ? [own] : [own, ...long.map(bytesOf)];
}

/** The texts in a JSON document; of `auth` of a Docker configuration what its base64 holds. */
function textsInJson(text: string): readonly string[] {
  try {
    const found: string[] = [];
    JSON.parse(text, (key, value: unknown) => {
      if (typeof value === 'string' && !/^(?:user(?:name)?|email|type)$/.test(key)) {
        found.push(value);
        if (key === 'auth') found.push(passwordOf(value));
      }
      return value;
    });
    return found;
  } catch {
    return linesOf(text);
  }
}

function passwordOf(auth: string): string {
  try {
    const login = atob(auth);
    return login.slice(login.indexOf(':') + 1);
  } catch {
    return '';
  }
}

/** Values of assignments (`KEY=value`), and a line in the middle of a private key. */
function linesOf(text: string): readonly string[] {
  const lines = text.split(/\r?\n/);
  if (lines.length < 2) return [];
  if (text.startsWith('-----BEGIN ')) return lines.slice(lines.length >>> 1, (lines.length >>> 1) + 1);
  return lines.flatMap((line) => {
    const at = line.indexOf('=');
    const isAssignment = at > 0 && /^(?:export )?\w+$/.test(line.slice(0, at).trim());
    return isAssignment
      ? [
          line
            .slice(at + 1)
            .trim()
            .replaceAll(/^["']|["']$/g, ''),
        ]
      : [];
  });
}

function formsOfValue(value: Uint8Array): readonly Uint8Array[] {
  const part = middle(value, longestForm, 0.5);
  const text = latin1(part);
  const texts = new Set([text, ...percentForms(part), ...jsonForms(part)]);
  const places = value.length <= 2 * encodedPart ? [0.5] : [0.3, 0.5, 0.7];
  for (const place of places) {
    const size = places.length === 1 ? 2 * encodedPart : encodedPart;
    for (const form of base64Forms(middle(value, size, place))) texts.add(form);
  }
  return [...texts].filter((form) => form.length >= shortestValue - 2).map(bytesOf);
}

function middle(value: Uint8Array, size: number, place: number): Uint8Array {
  if (value.length <= size) return value;
  const from = Math.floor((value.length - size) * place);
  return value.subarray(from, from + size);
}

/** What base64 of any text has where this text is in it: for each place of the text among groups of three bytes. */
function base64Forms(value: Uint8Array): readonly string[] {
  return [0, 1, 2].flatMap((shift) => {
    const encoded = btoa('\0'.repeat(shift) + latin1(value));
    // Characters that also depend on the bytes before and after are left out.
    const from = Math.ceil((shift * 8) / 6);
    const form = encoded.slice(from, Math.floor(((shift + value.length) * 8) / 6));
    const url = form.replaceAll('+', '-').replaceAll('/', '_');
    return url === form ? [form] : [form, url];
  });
}

function percentForms(value: Uint8Array): readonly string[] {
  const encode = (kept: RegExp, upper: boolean): string =>
    [...value]
      .map((byte) => {
        const character = String.fromCharCode(byte);
        if (kept.test(character)) return character;
        const digits = byte.toString(16).padStart(2, '0');
        return `%${upper ? digits.toUpperCase() : digits}`;
      })
      .join('');
  const strict = /[\w.~-]/;
  const loose = /[\w.~!*'()-]/;
  const forms = [encode(strict, true), encode(strict, false), encode(loose, true), encode(loose, false)];
  return [...forms, ...forms.map((form) => form.replaceAll('%20', '+'))];
}

/** As JavaScript, Go (which escapes `<`, `>` and `&`) and Python (which escapes all but ASCII) write it. */
function jsonForms(value: Uint8Array): readonly string[] {
  const text = new TextDecoder().decode(value);
  const json = JSON.stringify(text).slice(1, -1);
  const escape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const html = json.replaceAll(/[<>&\u2028\u2029]/g, escape);
  const ascii = (form: string): string => form.replaceAll(/[^\0-\u007f]/g, escape);
  const twice = JSON.stringify(json).slice(1, -1);
  const forms = [json, html, ascii(json), ascii(html), twice, json.replaceAll('/', String.raw`\/`)];
  return forms.map((form) => latin1(new TextEncoder().encode(form)));
}

/** Bytes as characters of their numbers. */
function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

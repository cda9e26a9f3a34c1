import { scanBytes, type ScanBuffer } from './scan-bytes.ts';
import { createScanSet } from './scan-set.ts';
import { entropyOf } from './judge-match.ts';

/** Names of variables whose value is a secret, by their last word or two. */
const secretName =
  /(?:^|_)(?:password|passwd|passphrase|pwd|secret|token|credentials?|(?:api|access|secret|private|signing|encryption|auth)_?key|auth|pass)$/i;
/** A name with one of these ends says what the secret is for, not the secret: `TOKEN_URL`, `PASSWORD_FILE`. */
const loginInUrl = /^[a-z][a-z\d+.-]*:\/\/[^\s/?#@:]*:([^\s/?#@]+)@/i;
const plainValue =
  /^(?:true|false|yes|no|on|off|none|null|\d+(?:\.\d+)*(?:[a-z]{1,5}\d*)?|\/[\w./:@+-]*|[a-z]+:\/\/[^\s@]*|[\w-]+(?:\.[\w-]+)+(?::\d+)?)$/i;
const keyLength = { least: 24, most: 512 };
/** Bits for each character: random text of 24 characters of base64 has 4 and more, words have fewer. */
const keyEntropy = { mixed: 4, hex: 3 };

/**
 * Makes the function that says whether a variable of the environment holds a secret: by its name, by the form of a known
 * token, by a password in an address, or because it is as irregular as a key. Paths, versions, addresses and words are not.
 */
export function createSecretCheck(buffer: ScanBuffer): (name: string, value: string) => boolean {
  const set = createScanSet([], false);
  const hasKnownForm = (value: string): boolean => {
    let isFound = false;
    const scan = scanBytes(set, {
      buffer,
      target: { path: '', texts: false },
      found: () => (isFound = true),
      limited: () => undefined,
    });
    scan.write(new TextEncoder().encode(value));
    scan.end();
    return isFound;
  };
  return (name, value) => looksSecret(name, value) || hasKnownForm(`${name}=${value}`);
}

/** Whether a variable looks like a secret without the rules for tokens of single services. */
export function looksSecret(name: string, value: string): boolean {
  const text = value.trim();
  if (text === '') return false;
  const password = loginInUrl.exec(text)?.[1];
  if (password !== undefined) return !/^\$[({]/.test(password);
  if (plainValue.test(text) && !isHexKey(text)) return secretName.test(name) && text.length >= 4 && !isSetting(text);
  if (secretName.test(name)) return true;
  return isHexKey(text) || isMixedKey(text);
}

/** A value that a variable with the name of a secret has when it holds none: a switch, a path, an address. */
function isSetting(text: string): boolean {
  return /^(?:true|false|yes|no|on|off|none|null|\d{1,3})$/i.test(text) || /^\/|:\/\//.test(text);
}

function isHexKey(text: string): boolean {
  return /^[\da-f]{32,512}$/i.test(text) && entropyOf(text) > keyEntropy.hex;
}

/** Letters of both cases and digits without a word among them. */
function isMixedKey(text: string): boolean {
  if (text.length < keyLength.least || text.length > keyLength.most) return false;
  if (!/^[\w+/=-]+$/.test(text) || !/\d/.test(text) || !/[a-z]/.test(text) || !/[A-Z]/.test(text)) return false;
  return entropyOf(text) > keyEntropy.mixed;
}

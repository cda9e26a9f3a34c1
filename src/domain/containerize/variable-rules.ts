import { hideUrlLogins } from '../core/redaction/url-logins.ts';

/**
 * Variables that are never in an image, because their names say that their values are secret. `*` is any text; letters
 * match in both cases. docs/application-profiles.md lists them.
 */
export const secretNamePatterns: readonly string[] = [
  ...['*TOKEN*', '*SECRET*', '*PASSW*', '*PASSPHRASE*', '*CREDENTIAL*', '*APIKEY*', '*CONNECTION_STRING*'],
  ...['*_KEY', 'KEY', '*_KEY_BASE', '*_PASS', 'PASS', '*_PWD', '*_PAT', '*_DSN', '*_AUTH', '*_COOKIE', 'COOKIE'],
];

/** Variables that only look so. */
export const harmlessNames: readonly string[] = ['TOKENIZERS_PARALLELISM'];

/** Variables that describe the place where the application runs now: hubs, the cluster, the pod, servers of licenses. */
export const placeNamePatterns: readonly string[] = [
  ...['JUPYTERHUB_*', 'JPY_*', 'KUBERNETES_*', 'KUBECONFIG', 'HOSTNAME', 'POD_IP', 'POD_NAME', 'POD_UID'],
  ...['POD_NAMESPACE', 'HOST_IP', 'NODE_NAME', 'NODE_IP', '*_LICENSE_FILE', '*_LICENSE_SERVER'],
];

/** Whether a name matches one of some patterns, in which `*` is any text. */
export function matchesPattern(name: string, patterns: readonly string[]): boolean {
  const lower = name.toLowerCase();
  return patterns.some((pattern) => matches(lower, pattern.toLowerCase()));
}

// Each part is looked for behind the one before it, so that the time is linear for each pattern.
function matches(text: string, pattern: string): boolean {
  const [head = '', ...parts] = pattern.split('*');
  if (!text.startsWith(head)) return false;
  const tail = parts.pop();
  if (tail === undefined) return text === head;
  let at = head.length;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - tail.length >= at && text.endsWith(tail);
}

export function isSecretName(name: string): boolean {
  return matchesPattern(name, secretNamePatterns) && !harmlessNames.includes(name.toUpperCase());
}

/** Whether a text has a login in a URL, as in `https://user:password@host` and `?access_token=…`. */
export function hasUrlLogin(value: string): boolean {
  return hideUrlLogins(value) !== value;
}

// `name.namespace.svc`, with or without the domain of the cluster.
const serviceHost = /[a-z0-9]\.[a-z0-9-]{1,63}\.svc(?![\w-])|\.cluster\.local(?![\w-])/i;

/** Whether a value names a Service of the cluster by its host name. */
export function namesService(value: string): boolean {
  return serviceHost.test(value);
}

/** Whether a value contains one of some words, not as a part of a longer word. */
export function containsWord(value: string, words: readonly string[]): boolean {
  return words.some((word) => {
    if (word === '') return false;
    for (let at = value.indexOf(word); at >= 0; at = value.indexOf(word, at + 1)) {
      if (!isWordCharacter(value.charAt(at - 1)) && !isWordCharacter(value.charAt(at + word.length))) return true;
    }
    return false;
  });
}

function isWordCharacter(character: string): boolean {
  return /[\w.-]/.test(character);
}

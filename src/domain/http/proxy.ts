import { TaskError } from '../core/errors.ts';
import { ownValue } from '../core/json-object.ts';
import { isDirect, parseNoProxy, type NoProxyEntry } from './no-proxy.ts';

/** What the environment says about proxies, as Go's programs read it. Empty values are not set. */
export interface ProxySettings {
  readonly http: ProxyVariable;
  readonly https: ProxyVariable;
  readonly noProxy: readonly NoProxyEntry[];
  /** A CGI script gets HTTP_PROXY from the header `Proxy` of its client, who may mean harm (https://httpoxy.org). */
  readonly isCgi: boolean;
}

export interface ProxyVariable {
  readonly name: string;
  readonly value: string;
}

/** The parts of a URL that decide about its proxy; a `URL` has them. */
export interface ProxiedUrl {
  /** With a colon. */
  readonly protocol: string;
  /** An IPv6 address with brackets. */
  readonly hostname: string;
  /** Empty for the default port of the protocol. */
  readonly port: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads HTTP_PROXY, HTTPS_PROXY and NO_PROXY. The name in upper case comes before the one in lower case.
 * Rules: https://pkg.go.dev/golang.org/x/net/http/httpproxy#FromEnvironment
 */
export function readProxySettings(environment: Environment): ProxySettings {
  return {
    http: findVariable(environment, 'HTTP_PROXY'),
    https: findVariable(environment, 'HTTPS_PROXY'),
    noProxy: parseNoProxy(findVariable(environment, 'NO_PROXY').value),
    isCgi: (environment['REQUEST_METHOD'] ?? '') !== '',
  };
}

function findVariable(environment: Environment, name: string): ProxyVariable {
  const names = [name, name.toLowerCase()];
  const set = names.find((each) => (ownValue(environment, each) ?? '') !== '') ?? name;
  return { name: set, value: ownValue(environment, set) ?? '' };
}

/**
 * The proxy for requests to a URL, as a URL with one of the usable schemes; undefined when they go to the server directly.
 * @throws TaskError `invalid-param` for a proxy that applies and cannot be used: the connection must not bypass it
 */
export function chooseProxy(settings: ProxySettings, url: ProxiedUrl): string | undefined {
  const variable = url.protocol === 'https:' ? settings.https : settings.http;
  if (variable.value === '' || isDirect(targetOf(url), settings.noProxy)) return undefined;
  if (url.protocol === 'http:' && settings.isCgi) {
    const message = `reading ${variable.name}: it is not safe to use it while REQUEST_METHOD is set`;
    throw new TaskError('invalid-param', message, { remedy: 'Unset REQUEST_METHOD or HTTP_PROXY, then run again.' });
  }
  // Go takes a value without a scheme for the host of an HTTP proxy.
  const hasScheme = /^\s*[a-z][a-z0-9+.-]*:\/\//i.test(variable.value);
  const proxy = readProxyUrl(hasScheme ? variable.value : `http://${variable.value}`);
  if (proxy.kind === 'usable') return proxy.url;
  throw new TaskError('invalid-param', `reading ${variable.name} for ${url.hostname}: ${proxy.cause}`, {
    remedy: `Set ${variable.name} to http://host:port, https://host:port or socks5://host:port, or add the host to NO_PROXY.`,
  });
}

/**
 * The `proxy-url` of a kubeconfig cluster, as a URL with one of the usable schemes. Like kubectl, it needs a scheme and NO_PROXY
 * does not apply to it.
 * @param contextName for the message
 * @throws TaskError `kubeconfig-unreadable` for a proxy that cannot be used
 */
export function readContextProxy(text: string, contextName: string): string {
  const proxy = readProxyUrl(text);
  if (proxy.kind === 'usable') return proxy.url;
  const message = `reading proxy-url of context ${JSON.stringify(contextName)}: ${proxy.cause}`;
  throw new TaskError('kubeconfig-unreadable', message, {
    remedy:
      'Set proxy-url of the cluster in the kubeconfig to http://host:port, https://host:port or socks5://host:port.',
  });
}

/** Those that kubectl takes. */
const usableSchemes: readonly string[] = ['http', 'https', 'socks5', 'socks5h'];

type ProxyUrl =
  | { readonly kind: 'usable'; readonly url: string }
  | { readonly kind: 'unusable'; readonly cause: string };

// A proxy's address may hold a password, so that messages name its scheme only.
function readProxyUrl(text: string): ProxyUrl {
  const url = URL.parse(text);
  if (url === null) return { kind: 'unusable', cause: 'invalid URL' };
  const scheme = url.protocol.slice(0, -1);
  if (!usableSchemes.includes(scheme)) {
    const cause = `unsupported scheme ${JSON.stringify(scheme)}, expected one of ${usableSchemes.join(', ')}`;
    return { kind: 'unusable', cause };
  }
  return url.hostname !== '' && hasReadableLogin(url)
    ? { kind: 'usable', url: url.href }
    : { kind: 'unusable', cause: 'invalid URL' };
}

function hasReadableLogin({ username, password }: URL): boolean {
  try {
    decodeURIComponent(`${username}:${password}`);
    return true;
  } catch {
    return false;
  }
}

function targetOf({ protocol, hostname, port }: ProxiedUrl): { readonly host: string; readonly port: string } {
  const usual = protocol === 'https:' ? '443' : '80';
  return { host: hostname.replaceAll(/[[\]]/g, '').toLowerCase(), port: port === '' ? usual : port };
}

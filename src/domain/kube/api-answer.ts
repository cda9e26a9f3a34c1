import { TaskError } from '../core/errors.ts';
import { arrayAt, isObject, stringAt, ownValue } from '../core/json-object.ts';

export interface ListPage {
  readonly items: readonly unknown[];
  /** Token of the next page; empty for the last one. */
  readonly token: string;
  /** Empty when the server gives none. */
  readonly resourceVersion: string;
}

/** What was asked, for messages. */
export interface Asked {
  readonly path: string;
  /** Address of the server. */
  readonly server: string;
}

/** The remedy for a server whose answers are not those of a Kubernetes API server. */
export const notKubernetesRemedy =
  'Check that the server address in the kubeconfig is the address of a Kubernetes API server, and not of a web console, a login page or a proxy.';

const mostKeys = 5;
const longestKey = 30;

/**
 * A list within an API document of a kind. Go writes `null` for an empty list, or leaves it out. Undefined when the
 * document is not of this kind.
 */
export function listIn(document: unknown, key: string, kind: string): readonly unknown[] | undefined {
  if (!isObject(document)) return undefined;
  const list = ownValue(document, key);
  if (Array.isArray(list)) return arrayAt(document, key);
  const isEmpty = list === null || list === undefined;
  return isEmpty && document['kind'] === kind ? [] : undefined;
}

/**
 * One page of a list of objects. @throws TaskError `cluster-refused` for no list: that would look like nothing there
 */
export function parseListPage(answer: unknown, asked: Asked): ListPage {
  const items = isObject(answer) ? answer['items'] : undefined;
  if (!Array.isArray(items) && items !== null) {
    const message = `GET ${asked.path} of ${asked.server}: expected a list, got ${describeAnswer(answer)}`;
    throw new TaskError('cluster-refused', message, {
      remedy: 'Check the API server that serves this kind and the server address in the kubeconfig, then run again.',
    });
  }
  return {
    items: arrayAt(answer, 'items'),
    token: stringAt(answer, 'metadata', 'continue') ?? '',
    resourceVersion: stringAt(answer, 'metadata', 'resourceVersion') ?? '',
  };
}

/** The error of a server whose answers are not those of a Kubernetes API server. */
export function notKubernetes({ path, server }: Asked, cause: string): TaskError {
  return new TaskError('not-kubernetes', `GET ${path} of ${server}: ${cause}`, { remedy: notKubernetesRemedy });
}

/** The kind of a JSON value in words, without its content, which may be confidential. */
export function describeAnswer(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (!isObject(value)) return `a ${typeof value}`;
  const kind = stringAt(value, 'kind');
  if (kind !== undefined) return `the kind ${cut(kind)}`;
  const keys = Object.keys(value);
  if (keys.length === 0) return 'an object without keys';
  const rest = keys.length > mostKeys ? ' and more' : '';
  return `an object with the keys ${keys.slice(0, mostKeys).map(cut).join(', ')}${rest}`;
}

function cut(text: string): string {
  return text.length > longestKey ? `${text.slice(0, longestKey)}…` : text;
}

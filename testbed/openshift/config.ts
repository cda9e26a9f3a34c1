import { readFile } from 'node:fs/promises';
import { isObject, listAt, numberAt, stringAt, stringMapAt } from './json.ts';

/** A certificate and its key, as file paths. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** Where a server listens. */
export interface ListenAddress {
  readonly address: string;
  readonly port: number;
}

/** What the program is told about its cluster. Paths are absolute; hosts carry their port where it is not 443. */
export interface Config {
  readonly clusterName: string;
  /** Suffix of generated Route hosts. */
  readonly domain: string;
  /** Administrator's kubeconfig; its current context is used. */
  readonly kubeconfig: string;
  readonly stateFile: string;
  readonly api: ListenAddress & TlsFiles;
  readonly registry: ListenAddress & TlsFiles;
  /** Where Routes are served: those of termination passthrough by their Services, all else by the registry. */
  readonly router: ListenAddress;
  /** Who may vouch for users in X-Remote-* headers. */
  readonly requestHeader: { readonly caFile: string; readonly allowedNames: readonly string[] };
  /** Base URL of the plain registry that holds the content. */
  readonly backend: string;
  readonly internalHost: string;
  readonly publicHost: string;
  /** Authority of the external registries. */
  readonly caFile: string;
  /** Address of each external registry host. */
  readonly hosts: Readonly<Record<string, string>>;
  /** How long an import of a tag takes, besides the registry's answers; absent: no longer. */
  readonly importSeconds?: number;
}

/** Reads and checks a configuration file (JSON). Throws with the file and the member that is wrong. */
export async function readConfig(file: string): Promise<Config> {
  const text = await readFile(file, 'utf8');
  try {
    return parseConfig(JSON.parse(text));
  } catch (error) {
    throw new Error(`reading configuration ${file}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/** Checks a configuration. Throws an error that names the missing member. */
function parseConfig(value: unknown): Config {
  if (!isObject(value)) throw new TypeError('expected a JSON object');
  const text = (...path: readonly string[]): string => required(stringAt(value, ...path), path);
  return {
    clusterName: text('clusterName'),
    domain: text('domain'),
    kubeconfig: text('kubeconfig'),
    stateFile: text('stateFile'),
    api: { ...parseListen(value['api'], 'api'), certFile: text('api', 'certFile'), keyFile: text('api', 'keyFile') },
    registry: {
      ...parseListen(value['registry'], 'registry'),
      certFile: text('registry', 'certFile'),
      keyFile: text('registry', 'keyFile'),
    },
    router: parseListen(value['router'], 'router'),
    requestHeader: {
      caFile: text('requestHeader', 'caFile'),
      allowedNames: listAt(value, 'requestHeader', 'allowedNames').filter((name) => typeof name === 'string'),
    },
    backend: text('backend'),
    internalHost: text('internalHost'),
    publicHost: text('publicHost'),
    caFile: text('caFile'),
    hosts: stringMapAt(value, 'hosts') ?? {},
    importSeconds: numberAt(value, 'importSeconds') ?? 0,
  };
}

function parseListen(value: unknown, where: string): ListenAddress {
  return {
    address: required(stringAt(value, 'address'), [where, 'address']),
    port: required(numberAt(value, 'port'), [where, 'port']),
  };
}

function required<T>(found: T | undefined, path: readonly string[]): T {
  if (found === undefined) throw new TypeError(`${path.join('.')} is missing`);
  return found;
}

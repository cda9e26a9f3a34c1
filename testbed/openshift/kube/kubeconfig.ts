import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { load } from 'js-yaml';
import { at, isObject, listAt, stringAt, type Json } from '../json.ts';

/** How to reach an API server and who to be there. Certificates are PEM text. */
export interface Connection {
  readonly server: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly token?: string;
}

/** Reads the current context of a kubeconfig file. Throws when the file does not name a server for it. */
export async function readKubeconfig(file: string): Promise<Connection> {
  const config: unknown = load(await readFile(file, 'utf8'));
  const context = named(config, 'contexts', stringAt(config, 'current-context'));
  const cluster = at(named(config, 'clusters', stringAt(context, 'context', 'cluster')), 'cluster');
  const user = at(named(config, 'users', stringAt(context, 'context', 'user')), 'user');
  const server = stringAt(cluster, 'server');
  if (server === undefined) throw new Error(`reading kubeconfig ${file}: its current context names no server`);
  const folder = path.dirname(file);
  const token = stringAt(user, 'token');
  return {
    server: server.replace(/\/$/, ''),
    ...member('ca', await readPem(cluster, 'certificate-authority', folder)),
    ...member('cert', await readPem(user, 'client-certificate', folder)),
    ...member('key', await readPem(user, 'client-key', folder)),
    ...member('token', token),
  };
}

function named(config: unknown, list: string, name: string | undefined): Json | undefined {
  return listAt(config, list).find((entry) => isObject(entry) && entry['name'] === name);
}

/** A kubeconfig holds a certificate as base64 in `<key>-data`, or names its file in `<key>`. */
async function readPem(entry: unknown, key: string, folder: string): Promise<string | undefined> {
  const data = stringAt(entry, `${key}-data`);
  if (data !== undefined) return Buffer.from(data, 'base64').toString();
  const file = stringAt(entry, key);
  return file === undefined ? undefined : await readFile(path.resolve(folder, file), 'utf8');
}

function member<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  const result: Partial<Record<K, string>> = {};
  if (value !== undefined) result[key] = value;
  return result;
}

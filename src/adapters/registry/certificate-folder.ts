import { readdir, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';

import { messageOf, TaskError } from '../../domain/core/errors.ts';
import { inFolder } from '../files/beneath.ts';
import { pathOf, rootAt, type Place } from '../files/place.ts';
import { readPlace } from '../files/read-text.ts';
import type { ClientCertificate } from '../http/agents.ts';

/** What a folder of containers-certs.d(5) has for one registry. */
export interface RegistryCertificates {
  /** PEM text of authorities, of all `*.crt` files; empty for none. */
  readonly authorities: string;
  /** Of `name.cert` and `name.key`. */
  readonly client: ClientCertificate | undefined;
}

export interface CertificatePlace {
  /** Relative paths begin here. */
  readonly base: string;
  /** Folders that hold whatever may be read, the base among them; empty texts are skipped. */
  readonly roots: readonly string[];
}

/**
 * Reads the certificates of a `cert-dir`. A source file may come from elsewhere: it must not have any file of this
 * computer read, so that the folder and its files have to be, links resolved, below one of the roots.
 * @throws TaskError `invalid-file`
 */
export async function readCertificateFolder(path: string, place: CertificatePlace): Promise<RegistryCertificates> {
  const folder = await confine(resolve(place.base, path), place);
  const entries = await inFolder(folder, (found) => readdir(found.at('.'))).catch((error: unknown) =>
    fail(path, messageOf(error)),
  );
  const names = entries.sort();
  const text = async (name: string): Promise<string> => {
    const file = await confine(join(pathOf(folder), name), place);
    const bytes = await readPlace(file).catch((error: unknown) => fail(path, messageOf(error)));
    return bytes.toString('utf8');
  };
  const authorities = await Promise.all(names.filter((name) => name.endsWith('.crt')).map(text));
  const certificate = names.find((name) => name.endsWith('.cert'));
  const client = certificate === undefined ? undefined : await readClient(certificate);
  if (authorities.length === 0 && client === undefined) return fail(path, 'it has neither *.crt nor *.cert files');
  return { authorities: authorities.map((part) => `${part.trimEnd()}\n`).join(''), client };

  async function readClient(name: string): Promise<ClientCertificate> {
    const key = name.replace(/\.cert$/, '.key');
    if (!names.includes(key)) return fail(path, `${name} has no ${key}`);
    return { cert: await text(name), key: await text(key) };
  }
}

/** The place without links: what is put there meanwhile is refused when it is opened. */
async function confine(path: string, { roots }: CertificatePlace): Promise<Place> {
  const real = await realpath(path).catch((error: unknown) => fail(path, messageOf(error)));
  for (const root of roots.filter((one) => one !== '')) {
    const base = await realpath(root).catch(() => root);
    const below = relative(base, real);
    const isBelow = below === '' || !(below === '..' || below.startsWith('../') || isAbsolute(below));
    if (isBelow) return { root: rootAt(base, 'refused'), path: below };
  }
  return fail(path, 'it is outside the workspaces');
}

function fail(path: string, why: string): never {
  throw new TaskError('invalid-file', `reading the certificates in ${path}: ${why}`, {
    remedy: 'Put the folder into the workspace skopeo or ca-bundle, and name it with a relative path.',
  });
}

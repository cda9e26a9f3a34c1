import { TaskError } from '../../domain/core/errors.ts';
import { makeTextTable, type TextTable } from '../../domain/core/text-table.ts';
import type { JsonObject } from '../../domain/core/json-object.ts';
import { isResource, type Resource } from '../../domain/kube/resource.ts';
import {
  isSealedSecret,
  isSecret,
  sealOf,
  sealSecret,
  valuesOfSecret,
  type DataKey,
  type Unseal,
} from '../../domain/export/sealed-secret.ts';
import type { Folder, YamlCodec } from '../../domain/core/ports.ts';

/** In which form Secrets are written: sealed, in the clear, or not at all. */
export type SecretsMode = 'seal' | 'include' | 'skip';

/** Reads the name of a mode. @throws TaskError `invalid-param`: a mistyped one must not be taken for another */
export function parseSecretsMode(name: string): SecretsMode {
  if (name === 'seal' || name === 'include' || name === 'skip') return name;
  throw new TaskError('invalid-param', `reading secrets: ${JSON.stringify(name)} is none of seal, include, skip`, {
    remedy: 'Give one of these, or leave it out: Secrets are sealed then.',
  });
}

/** A way to seal for one recipient. */
export interface Sealing {
  readonly recipient: string;
  readonly dataKey: DataKey;
  /** Undefined when only the recipient is known. */
  readonly unseal: Unseal | undefined;
}

/** What an export does with the Secrets that it meets. */
export interface SecretKeeping {
  readonly mode: SecretsMode;
  /** For the report. */
  readonly evidence: Readonly<Record<string, string>>;
  /** The form in which an object is written at a path of the export folder. */
  keep(object: Resource, path: string): Promise<Resource>;
}

export interface SealedPlace {
  /** The export folder, with what an earlier run left. */
  readonly folder: Folder;
  readonly yaml: YamlCodec;
}

/** Writes Secrets as they are, or has them left out. */
export function keepPlain(mode: 'include' | 'skip'): SecretKeeping {
  const evidence: Readonly<Record<string, string>> = mode === 'include' ? { secrets: 'in the clear' } : {};
  return { mode, evidence, keep: (object) => Promise.resolve(object) };
}

/** Encryption is not deterministic: an equal value of an earlier run is kept where the key is there to prove it. */
export function keepSealed(sealing: Sealing, place: SealedPlace): SecretKeeping {
  const { recipient } = sealing;
  let files: Promise<TextTable> | undefined;
  const keep = async (object: Resource, path: string): Promise<Resource> => {
    if (!isSecret(object)) return object;
    // One list, instead of an attempt to open each file in a folder that is new as a rule.
    files ??= listResources(place.folder);
    const former = (await files).find(path) !== -1 ? await readFormer(path, sealing, place) : undefined;
    return sealSecret(object, { dataKey: former?.dataKey ?? sealing.dataKey, recipient }, former?.values);
  };
  return { mode: 'seal', evidence: { secrets: 'sealed', recipient }, keep };
}

/** Paths of the resources that an earlier run left. */
async function listResources(folder: Folder): Promise<TextTable> {
  const paths = makeTextTable();
  for await (const path of folder.folder('resources').walk()) paths.add(`resources/${path}`);
  return paths;
}

interface Former {
  readonly dataKey: DataKey;
  readonly values: JsonObject;
}

/** What an earlier run sealed at a path, if it can be opened. */
async function readFormer(
  path: string,
  { recipient, unseal }: Sealing,
  { folder, yaml }: SealedPlace,
): Promise<Former | undefined> {
  if (unseal === undefined) return undefined;
  const text = await folder.read(path);
  if (text === undefined) return undefined;
  try {
    const [resource] = yaml.parse(text, path);
    if (!isResource(resource) || !isSealedSecret(resource)) return undefined;
    const seal = sealOf(resource);
    if (seal.recipient !== recipient || seal.dataKey === undefined) return undefined;
    return { dataKey: await unseal.openDataKey(seal.dataKey), values: valuesOfSecret(resource) };
  } catch {
    // The file is about to be replaced anyway.
    return undefined;
  }
}

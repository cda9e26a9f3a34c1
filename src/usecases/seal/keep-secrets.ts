import { TaskError } from '../../domain/core/errors.ts';
import { ownValue } from '../../domain/core/json-object.ts';
import { isResource, type Resource } from '../../domain/kube/resource.ts';
import {
  isSealedSecret,
  isSecret,
  recipientOfSealed,
  sealSecret,
  valuesOfSecret,
  type Seal,
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
  readonly seal: Seal;
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

/** Sealing is not deterministic: an equal value of an earlier run is kept where the key is there to prove it. */
export function keepSealed({ recipient, seal, unseal }: Sealing, place: SealedPlace): SecretKeeping {
  const keep = async (object: Resource, path: string): Promise<Resource> => {
    if (!isSecret(object)) return object;
    const earlier = unseal === undefined ? {} : await readSealed(path, recipient, place);
    const sealAgain = async (value: string, key: string): Promise<string> => {
      const sealed = ownValue(earlier, key);
      if (typeof sealed !== 'string') return seal(value, key);
      // A Secret that cannot be unsealed proves nothing, whatever the reason.
      const former = await unseal?.(sealed).catch(() => undefined);
      return former === value ? sealed : seal(value, key);
    };
    return sealSecret(object, sealAgain, recipient);
  };
  return { mode: 'seal', evidence: { secrets: 'sealed', recipient }, keep };
}

async function readSealed(
  path: string,
  recipient: string,
  { folder, yaml }: SealedPlace,
): Promise<Readonly<Record<string, unknown>>> {
  const text = await folder.read(path);
  if (text === undefined) return {};
  try {
    const [resource] = yaml.parse(text, path);
    if (!isResource(resource) || !isSealedSecret(resource) || recipientOfSealed(resource) !== recipient) return {};
    return valuesOfSecret(resource);
  } catch {
    // The file is about to be replaced anyway.
    return {};
  }
}

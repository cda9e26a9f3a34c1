import { TaskError } from '../../domain/core/errors.ts';
import { isObject, type JsonObject } from '../../domain/core/json-object.ts';
import type { Folder, YamlCodec } from '../../domain/core/ports.ts';

export interface FlagsFile {
  /** For messages. */
  readonly name: string;
  readonly flags: JsonObject;
}

/** Fixed names rather than a listing: a mounted ConfigMap consists of symbolic links, and holds links of its own. */
const names = ['crane.yaml', 'crane.yml', 'crane-config.yaml', 'config.yaml', 'config', 'flags.yaml'];

/**
 * Reads the flags file of crane in a folder, or the one that a workspace is bound to by a subPath.
 * @returns no flags for an empty file
 * @throws TaskError `invalid-file` when there is none, or it holds something else
 */
export async function readFlagsFile(folder: Folder, yaml: YamlCodec): Promise<FlagsFile> {
  const found = await findFile(folder);
  if (found === undefined) throw refuse(folder, `it has no flags file: none of ${names.join(', ')}`);
  const { name, text } = found;
  const [content] = yaml.parse(text, name);
  if (content === undefined || content === null) return { name, flags: {} };
  if (!isObject(content)) throw refuse(folder, `${name} is not a map of flags`);
  return { name, flags: content };
}

async function findFile(folder: Folder): Promise<{ name: string; text: string } | undefined> {
  for (const name of names) {
    const text = await folder.read(name);
    if (text !== undefined) return { name, text };
  }
  try {
    const text = await folder.read('');
    return text === undefined ? undefined : { name: 'the flags file', text };
  } catch (error) {
    if (error instanceof TaskError) return undefined;
    throw error;
  }
}

function refuse(folder: Folder, why: string): TaskError {
  return new TaskError('invalid-file', `reading the workspace craneconfig in ${folder.path}: ${why}`, {
    remedy: 'Put the flags into a file crane.yaml there, or leave the workspace unbound.',
  });
}

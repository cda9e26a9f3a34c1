import { TaskError } from '../../domain/core/errors.ts';
import { parseUserPatches, type UserPatch } from '../../domain/transform/user-patches.ts';
import type { Folder, YamlCodec } from '../../domain/core/ports.ts';

/**
 * Reads all patches in the YAML and JSON files of a folder and below, sorted by path.
 * @throws TaskError `invalid-file` when there are none, or one is malformed
 */
export async function readUserPatches(folder: Folder, yaml: YamlCodec): Promise<readonly UserPatch[]> {
  const paths = (await folder.list()).filter((path) => /\.(ya?ml|json)$/.test(path));
  const patches: UserPatch[] = [];
  for (const path of paths) {
    const documents = yaml.parse((await folder.read(path)) ?? '', path);
    const filled = documents.filter((document) => document !== null && document !== undefined);
    patches.push(...parseUserPatches(filled, path, (text, source) => yaml.parse(text, source)[0]));
  }
  if (patches.length > 0) return patches;
  throw new TaskError('invalid-file', `reading the patches in ${folder.path}: there are none`, {
    remedy: 'Put patch files (*.yaml) there, or leave the workspace patches unbound.',
  });
}

import { TaskError } from '../../../domain/core/errors.ts';
import { parsePlacingRules, type PlacingRules } from '../../../domain/images/plan/placing-rules.ts';
import type { Folder, YamlCodec } from '../../../domain/core/ports.ts';

/**
 * Reads the mapping file that says where images go.
 * @throws TaskError `invalid-file`
 */
export async function readPlacingRules(
  { folder, name, namespace }: { readonly folder: Folder; readonly name: string; readonly namespace: string },
  yaml: YamlCodec,
): Promise<PlacingRules> {
  const path = `${folder.path}/${name}`;
  const text = await folder.read(name);
  if (text !== undefined) return parsePlacingRules(yaml.parse(text, path), path, namespace);
  throw new TaskError('invalid-file', `reading the mapping ${path}: there is no such file`, {
    remedy: 'Put the file into that folder, or leave mapping-file out.',
  });
}

import { sha256Of } from '../../adapters/files/digest.ts';
import { openFolder } from '../../adapters/files/local-folder.ts';
import { makeObjectList } from '../../adapters/memory/packed-list.ts';
import { buildKustomization, type BuildOptions } from '../../adapters/processes/build-kustomization.ts';
import { pluginYamlCodec, strictYamlCodec, yamlCodec } from '../../adapters/yaml/yaml-codec.ts';
import { checkKustomization } from '../../usecases/apply/check-kustomization.ts';
import type { PlannedPorts } from '../../usecases/apply/read-manifests.ts';

/**
 * The YAML of the kustomization in a folder, which is checked before it is built.
 * @throws TaskError as checkKustomization and buildKustomization do
 */
export async function buildFolder(path: string, options: BuildOptions): Promise<string> {
  const folder = openFolder(path);
  const files = await checkKustomization(folder, { yaml: strictYamlCodec, pluginYaml: pluginYamlCodec });
  return buildKustomization({ path: folder.path, files }, options);
}

/** Reads what is planned: manifests, and kustomizations that are checked before they are built. */
export function plannedPorts(options: BuildOptions): PlannedPorts {
  return { yaml: yamlCodec, sha256: sha256Of, makeList: makeObjectList, build: (path) => buildFolder(path, options) };
}

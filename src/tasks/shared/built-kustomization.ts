import { openFolder } from '../../adapters/files/local-folder.ts';
import { buildKustomization, type BuildOptions } from '../../adapters/processes/build-kustomization.ts';
import { pluginYamlCodec, strictYamlCodec, yamlCodec } from '../../adapters/yaml/yaml-codec.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import { checkKustomization } from '../../usecases/apply/check-kustomization.ts';
import { toResources } from '../../usecases/apply/read-manifests.ts';

/**
 * The YAML of the kustomization in a folder, which is checked before it is built.
 * @throws TaskError as checkKustomization and buildKustomization do
 */
export async function buildFolder(path: string, options: BuildOptions): Promise<string> {
  const folder = openFolder(path);
  const files = await checkKustomization(folder, { yaml: strictYamlCodec, pluginYaml: pluginYamlCodec });
  return buildKustomization({ path: folder.path, files }, options);
}

/**
 * The resources of the kustomization in a folder. Every task that reads a kustomization reads it here.
 * @throws TaskError as buildFolder does
 */
export async function readKustomization(path: string, options: BuildOptions): Promise<readonly Resource[]> {
  const source = 'the built kustomization';
  return toResources(yamlCodec.parse(await buildFolder(path, options), source), source);
}

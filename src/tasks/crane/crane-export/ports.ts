import { sha256Of } from '../../../adapters/files/digest.ts';
import { openFolder } from '../../../adapters/files/local-folder.ts';
import { rootAt } from '../../../adapters/files/place.ts';
import { stagingIn } from '../../../adapters/files/stage-folders.ts';
import { writePartsAtomic } from '../../../adapters/files/write-parts.ts';
import { yamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import type { Cluster } from '../../../domain/kube/cluster.ts';
import type { SealingContext } from '../../shared/sealing-key.ts';
import { openSecrets, type SecretsRequest } from './secrets.ts';

export { exportNamespace } from '../../../usecases/export/export-namespace.ts';

/** What an export into the folder of a path works with. */
export function exportPorts(
  path: string,
  { cluster, secrets }: { readonly cluster: Cluster; readonly secrets: SecretsRequest },
  context: SealingContext,
) {
  const folder = openFolder(path);
  return {
    cluster,
    folder,
    log: context.log,
    yaml: yamlCodec,
    sha256: sha256Of,
    stage: stagingIn(folder.path),
    openSecrets: () => openSecrets(secrets, { folder, yaml: yamlCodec }, context),
    writeParts: (file: string, parts: Iterable<string>) =>
      writePartsAtomic({ root: rootAt(path, 'refused'), path: file }, parts),
  };
}

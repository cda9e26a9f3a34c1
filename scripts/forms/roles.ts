import { access, readFile } from 'node:fs/promises';

/**
 * The roles of all Tasks as one installable set: what each Task needs on the clusters it talks to. Kustomize reads no
 * files outside its own folder, hence copies.
 */
export async function roleFiles(tasks: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const name of tasks) {
    const path = `tasks/${name}/rbac.yaml`;
    if (await exists(path)) files.set(`roles/${name}.yaml`, await readFile(path, 'utf8'));
  }
  const resources = [...files.keys()].map((path) => `  - ${path.slice('roles/'.length)}\n`).join('');
  const head = 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n';
  return files.size === 0 ? files : files.set('roles/kustomization.yaml', `${head}resources:\n${resources}`);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

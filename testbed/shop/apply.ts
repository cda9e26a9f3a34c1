import path from 'node:path';
import { readList, readText } from '../clusters/json.ts';
import { kubectl } from '../clusters/kubectl.ts';
import type { Cluster } from '../clusters/sites.ts';
import { waitFor } from '../clusters/wait.ts';
import { shopFolder } from './build-images.ts';
import { partnerSecret } from './overlay.ts';

/** Applies on the server's side what the arguments of `kubectl apply` name. */
export async function apply(cluster: Cluster, what: readonly string[], input?: string): Promise<void> {
  const owner = ['--server-side', '--force-conflicts', '--field-manager=shop'];
  await kubectl(cluster, ['apply', ...owner, ...what], input);
}

/** Arguments for a kustomization below samples/shop. */
export function sample(folder: string): string[] {
  return ['--kustomize', path.join(shopFolder, folder)];
}

/** Accounts and roles of a new namespace come from the platform a moment later. */
export async function waitForBuilder(cluster: Cluster, namespace: string): Promise<void> {
  const wanted = ['serviceaccounts/builder', 'rolebindings/system:image-builders'];
  await waitFor({
    what: `service account builder of ${namespace} on ${cluster.name}`,
    seconds: 120,
    check: async () => {
      const found = await kubectl(cluster, [
        'get',
        ...wanted,
        `--namespace=${namespace}`,
        '--ignore-not-found',
        '--output=name',
      ]);
      return found.trim().split('\n').length === wanted.length ? undefined : `found ${found.trim() || 'nothing'}`;
    },
  });
}

/**
 * Applies the workloads' service account, waits until the platform has added the registry's pull secret, and links the user's
 * own beside it: a pod that is made before keeps no pull secret, and never gets its image.
 */
export async function prepareAccount(cluster: Cluster): Promise<void> {
  await apply(cluster, ['--namespace=shop', '--filename', path.join(shopFolder, 'base/access.yaml')]);
  await waitFor({
    what: `the pull secret of service account shop on ${cluster.name}`,
    seconds: 120,
    check: async () => {
      const names = await readPullSecrets(cluster);
      return names.some((name) => name.startsWith('shop-dockercfg-'))
        ? undefined
        : `it has ${names.join(', ') || 'none'}`;
    },
  });
  if ((await readPullSecrets(cluster)).includes(partnerSecret)) return;
  // The list is atomic: a merge of either kind would replace it.
  const link = JSON.stringify([{ op: 'add', path: '/imagePullSecrets/-', value: { name: partnerSecret } }]);
  await kubectl(cluster, [...account('patch'), '--type=json', `--patch=${link}`]);
}

async function readPullSecrets(cluster: Cluster): Promise<string[]> {
  const found: unknown = JSON.parse(await kubectl(cluster, [...account('get'), '--output=json']));
  return readList(found, 'imagePullSecrets').map((entry) => readText(entry, 'name') ?? '');
}

function account(verb: string): string[] {
  return [verb, 'serviceaccount', 'shop', '--namespace=shop'];
}

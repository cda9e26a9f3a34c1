import type { ReleaseId } from '../../domain/helm/helm.ts';
import { longestSeconds } from './run-helm.ts';
import type { ReleasePorts } from './release-ports.ts';
import { withRelease } from './with-release.ts';

/**
 * Deletes a release with its objects and its history, while no other run works on it. Objects that the chart keeps
 * (`helm.sh/resource-policy: keep`) and claims of StatefulSets remain.
 * @returns false when there was no such release
 * @throws TaskError `timeout` for another live run; HelmError
 */
export function deleteRelease(
  release: ReleaseId,
  { patience, wait }: { readonly patience: number; readonly wait: boolean },
  ports: ReleasePorts,
): Promise<boolean> {
  return withRelease({ ...release, patience }, ports, async () => {
    const history = await ports.helm.history(release);
    await ports.helm.uninstall({ ...release, wait, timeoutSeconds: longestSeconds });
    return history.length > 0;
  });
}

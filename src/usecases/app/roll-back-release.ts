import { TaskError } from '../../domain/core/errors.ts';
import { resourcesOf } from '../../domain/helm/rendered-objects.ts';
import type { ReleaseId, Revision } from '../../domain/helm/helm.ts';
import { HelmError } from '../../domain/helm/helm-error.ts';
import { previousGood } from '../../domain/helm/plan-recovery.ts';
import { recoverRelease } from './recover-release.ts';
import type { ReleaseLimits, ReleasePorts } from './release-ports.ts';
import { readSettledHistory } from './settled-history.ts';
import { awaitedOf, longestSeconds, runHelm } from './run-helm.ts';
import { withRelease } from './with-release.ts';

export interface RollbackOptions extends ReleaseId {
  /** Undefined: the newest revision that was good before the current one. */
  readonly revision: number | undefined;
  readonly limits: ReleaseLimits;
}

export interface RolledBack {
  /** The new revision. */
  readonly revision: number;
  /** The revision whose content it has. */
  readonly from: number;
}

/**
 * Returns a release to an earlier revision, as a new one. A rollback that was killed is completed by running again.
 * @throws TaskError `invalid-param` for a revision that does not exist, `timeout`; HelmError; ClusterStatusError
 */
export function rollBackRelease(options: RollbackOptions, ports: ReleasePorts): Promise<RolledBack> {
  return withRelease({ ...options, ...options.limits }, ports, (lost) => rollBack(options, ports, lost));
}

async function rollBack(options: RollbackOptions, ports: ReleasePorts, lost: AbortSignal): Promise<RolledBack> {
  const { namespace, name, limits } = options;
  const { helm } = ports;
  const release = { namespace, name };
  const settled = await readSettledHistory(release, limits.patience, ports);
  const { history, recovery } = settled;
  if (history.length === 0)
    throw new HelmError('not-found', `rolling back: release ${namespace}/${name} was not found`);
  const unfinished = new Set(recovery.kind === 'drop' ? recovery.revisions : []);
  const finished = history.filter((revision) => !unfinished.has(revision));
  const from = chooseRevision(finished, options);
  if (recovery.kind === 'drop') await recoverRelease(release, settled, ports);
  const objects = resourcesOf(await helm.manifest(release, from.revision), namespace, ports.yaml);
  const request = { ...release, revision: from.revision, ...limits, timeoutSeconds: longestSeconds };
  const run = (signal: AbortSignal): Promise<void> => helm.rollback(request, signal);
  await runHelm({ release, awaited: awaitedOf(objects), hooks: [], limits, lost, run }, ports);
  return { revision: (await helm.history(release)).at(-1)?.revision ?? 0, from: from.revision };
}

function chooseRevision(history: readonly Revision[], { revision, namespace, name }: RollbackOptions): Revision {
  const found = revision === undefined ? previousGood(history) : history.find((entry) => entry.revision === revision);
  if (found !== undefined) return found;
  const what = revision === undefined ? 'no earlier good revision' : `no revision ${String(revision)}`;
  throw new TaskError('invalid-param', `rolling back release ${namespace}/${name}: it has ${what}`, {
    remedy: 'Choose a revision of the history of the release.',
  });
}

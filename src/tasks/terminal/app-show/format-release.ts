import { complaintsOf } from '../../../domain/kube/pod-complaints.ts';
import { formatTable, formatTime } from '../../../domain/app/format-table.ts';
import { stringAt } from '../../../domain/core/json-object.ts';
import type { ReleaseId } from '../../../domain/helm/helm.ts';
import { stateOfWorkload, type LiveRelease } from '../../../usecases/app/read-live-release.ts';

/** A release as a program reads it. */
export function describe(release: ReleaseId, { last, urls, workloads }: LiveRelease) {
  return {
    ...release,
    ...last,
    urls,
    workloads: workloads.map((workload) => ({ ...stateOfWorkload(workload), pods: workload.pods.map(describePod) })),
  };
}

/** A release as a person reads it. */
export function formatRelease(release: ReleaseId, found: LiveRelease): string {
  const { namespace, name, revision, status, chart, updated, urls, workloads } = describe(release, found);
  const facts = [
    ['Release', `${namespace}/${name}`],
    ['Revision', `${String(revision)}, ${status}`],
    ['Chart', chart],
    ['Updated', formatTime(updated)],
    ['Routes', urls.length === 0 ? 'none' : urls.join(' ')],
  ];
  const states = workloads.map((each) => [`${each.kind}/${each.name}`, each.state, each.images.join(' '), each.why]);
  const pods = workloads.flatMap((each) => each.pods.map((pod) => [pod.name, pod.phase, pod.why]));
  return [
    formatTable(['FIELD', 'VALUE'], facts),
    formatTable(['WORKLOAD', 'STATE', 'IMAGES', 'REASON'], states),
    formatTable(['POD', 'PHASE', 'REASON'], pods),
  ].join('\n');
}

function describePod(pod: LiveRelease['workloads'][number]['pods'][number]) {
  const phase = stringAt(pod, 'status', 'phase') ?? 'Unknown';
  return { name: pod.metadata.name, phase, why: complaintsOf(pod).join('; ') };
}

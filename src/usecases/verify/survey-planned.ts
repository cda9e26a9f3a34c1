import { stringAt } from '../../domain/core/json-object.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import { isStreamTag } from '../../domain/kube/stream-tag.ts';
import { versionsToAsk } from '../apply/serve-version.ts';

/** What a verification asks of all planned objects. */
export interface PlannedSurvey {
  /** Group versions to ask the cluster for. */
  readonly versions: ReadonlySet<string>;
  readonly namespaces: ReadonlySet<string>;
  readonly tags: readonly Resource[];
  /** Workloads whose number of pods an autoscaler sets, as `workloadKey` names them. */
  readonly scaled: ReadonlySet<string>;
}

/** Reads all planned objects once: thousands of them are unpacked at each reading. */
export function surveyPlanned(planned: Iterable<Resource>): PlannedSurvey {
  const tags: Resource[] = [];
  const [namespaces, scaled] = [new Set<string>(), new Set<string>()];
  const looked = Iterator.from(planned).map((resource) => {
    const { kind, metadata, spec } = resource;
    const { namespace } = metadata;
    if (namespace !== undefined) namespaces.add(namespace);
    if (isStreamTag(resource)) tags.push(resource);
    const [target, name] = [stringAt(spec, 'scaleTargetRef', 'kind'), stringAt(spec, 'scaleTargetRef', 'name')];
    if (kind === 'HorizontalPodAutoscaler') scaled.add(workloadKey(target, namespace, name));
    return resource;
  });
  return { versions: versionsToAsk(looked), namespaces, tags, scaled };
}

/** Names a workload as an autoscaler does. */
export function workloadKey(kind = '', namespace = '', name = ''): string {
  return [kind, namespace, name].join('/');
}

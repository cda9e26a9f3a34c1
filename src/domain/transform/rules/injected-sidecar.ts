import { arrayAt, isObject, stringAt, type JsonObject, ownValue } from '../../core/json-object.ts';
import { type Resource, kindOf, textsAt } from '../../kube/resource.ts';

/** Lists of a Pod's specification whose items the injector names. */
export type InjectedList = 'containers' | 'initContainers' | 'volumes';

const statusAnnotation = 'sidecar.istio.io/status';

/**
 * Whether Istio's injector added the item of that name to a bare Pod: it writes the names into an annotation. At the
 * destination the Pod is injected again, and a second container of the same name is refused.
 * Source: istio/istio pkg/kube/inject SidecarInjectionStatus.
 */
export function isInjected(pod: Resource, list: InjectedList, item: unknown): boolean {
  const name = stringAt(item, 'name');
  return name !== undefined && arrayAt(statusOf(pod), list).includes(name);
}

/** What removing the sidecar cannot undo: Istio leads HTTP probes of the Pod's own containers through the sidecar. */
export function noteSidecar(pod: Resource): readonly string[] {
  if (statusOf(pod) === undefined) return [];
  const rewritten = arrayAt(pod, 'spec', 'containers').flatMap((container) =>
    ['livenessProbe', 'readinessProbe', 'startupProbe'].filter(
      (probe) => isObject(container) && isRewritten(ownValue(container, probe)),
    ),
  );
  return [
    'the sidecar that Istio injected is removed: the destination injects its own where its mesh is set up so',
    ...rewritten.map((probe) => `its ${probe} leads through the sidecar of the source: write the original one`),
  ];
}

function isRewritten(probe: unknown): boolean {
  return stringAt(probe, 'httpGet', 'path')?.startsWith('/app-health/') === true;
}

function statusOf(pod: Resource): JsonObject | undefined {
  if (kindOf(pod) !== 'Pod') return undefined;
  const text = textsAt(pod, 'annotations')[statusAnnotation];
  try {
    const status: unknown = text === undefined ? undefined : JSON.parse(text);
    return isObject(status) ? status : undefined;
  } catch {
    // Not written by Istio: then nothing is known to be injected.
    return undefined;
  }
}

import { removeAt, type Operation } from '../../kube/json-patch.ts';
import { arrayAt, isObject, ownValue, stringAt, type JsonObject } from '../../core/json-object.ts';
import { type Resource, kindOf, textsAt } from '../../kube/resource.ts';

/** Lists of a Pod's specification whose items injectors add. */
type InjectedList = 'containers' | 'initContainers' | 'volumes';

/** A webhook that adds containers to Pods, and what shows that it did: it adds them again at the destination. */
interface Injector {
  readonly controller: string;
  readonly source: string;
  readonly mark: { readonly field: 'annotations' | 'labels'; readonly key: string; readonly value?: string };
  /** Names of what it adds. */
  readonly containers: RegExp;
  readonly volumes: RegExp;
}

const none = /^$/;

const injectors: readonly Injector[] = [
  {
    controller: 'Linkerd',
    source: 'linkerd/linkerd2 pkg/k8s/labels.go ProxyVersionAnnotation; charts/partials',
    mark: { field: 'annotations', key: 'linkerd.io/proxy-version' },
    containers: /^linkerd-(?:debug|init|network-validator|proxy)$/,
    volumes: /^linkerd-(?:identity-end-entity|identity-token|proxy-init-xtables-lock)$/,
  },
  {
    controller: 'Kuma',
    source: 'kumahq/kuma pkg/plugins/runtime/k8s/metadata/annotations.go KumaSidecarInjectedAnnotation',
    mark: { field: 'annotations', key: 'kuma.io/sidecar-injected', value: 'true' },
    containers: /^kuma-(?:init|sidecar|validation)$/,
    volumes: /^kuma-(?:init|sidecar)-tmp$/,
  },
  {
    controller: 'Consul',
    source: 'hashicorp/consul-k8s control-plane/connect-inject/constants/annotations_and_labels.go KeyInjectStatus',
    mark: { field: 'annotations', key: 'consul.hashicorp.com/connect-inject-status', value: 'injected' },
    containers:
      /^(?:consul-connect-inject-init|consul-dataplane|consul-sidecar|copy-consul-bin|envoy-sidecar)(?:-[a-z0-9-]+)?$/,
    volumes: /^consul-connect-inject-data$/,
  },
  {
    controller: 'Vault Agent injector',
    source: 'hashicorp/vault-k8s agent-inject/agent/annotations.go AnnotationAgentStatus',
    mark: { field: 'annotations', key: 'vault.hashicorp.com/agent-inject-status', value: 'injected' },
    containers: /^vault-agent(?:-init)?$/,
    volumes: /^(?:home-init|home-sidecar|vault-secrets|vault-secrets-[0-9]+|vault-tls-secrets)$/,
  },
  {
    controller: 'Dapr',
    source: 'dapr/dapr pkg/injector/consts/consts.go SidecarInjectedLabel',
    mark: { field: 'labels', key: 'dapr.io/sidecar-injected', value: 'true' },
    containers: /^daprd$/,
    volumes: /^dapr-identity-token$/,
  },
  {
    controller: 'OpenTelemetry operator',
    source: 'open-telemetry/opentelemetry-operator internal/webhook/podmutation, pkg/sidecar/pod.go',
    mark: { field: 'labels', key: 'sidecar.opentelemetry.io/injected' },
    containers: /^otc-container$/,
    volumes: none,
  },
];

/** Whether an injector added the item to a bare Pod. It is injected again, and a second container of the same name is refused. */
export function isInjected(pod: Resource, list: InjectedList, item: unknown): boolean {
  const name = stringAt(item, 'name');
  if (name === undefined) return false;
  const pattern = list === 'volumes' ? 'volumes' : 'containers';
  return (
    arrayAt(statusOf(pod), list).includes(name) || injectorsOf(pod).some((injector) => injector[pattern].test(name))
  );
}

/** Removes the marks with which injectors skip a Pod that has their containers. */
export function removeInjectionMarks(pod: Resource): readonly Operation[] {
  return injectorsOf(pod).map(({ mark }) => removeAt(['metadata', mark.field, mark.key]));
}

function injectorsOf(pod: Resource): readonly Injector[] {
  if (kindOf(pod) !== 'Pod') return [];
  return injectors.filter(({ mark: { field, key, value } }) => {
    const found = ownValue(textsAt(pod, field), key);
    return found !== undefined && (value === undefined || found === value);
  });
}

/** What removing a sidecar cannot undo: Istio leads HTTP probes of the Pod's own containers through the sidecar. */
export function noteSidecar(pod: Resource): readonly string[] {
  const others = injectorsOf(pod).map(
    ({ controller }) => `what ${controller} injected is removed: the destination injects its own where it is set up so`,
  );
  if (statusOf(pod) === undefined) return others;
  const rewritten = arrayAt(pod, 'spec', 'containers').flatMap((container) =>
    ['livenessProbe', 'readinessProbe', 'startupProbe'].filter(
      (probe) => isObject(container) && isRewritten(ownValue(container, probe)),
    ),
  );
  return [
    'the sidecar that Istio injected is removed: the destination injects its own where its mesh is set up so',
    ...rewritten.map((probe) => `its ${probe} leads through the sidecar of the source: write the original one`),
    ...others,
  ];
}

function isRewritten(probe: unknown): boolean {
  return stringAt(probe, 'httpGet', 'path')?.startsWith('/app-health/') === true;
}

const statusAnnotation = 'sidecar.istio.io/status';

/** The lists of names in the annotation of Istio's injector (istio/istio pkg/kube/inject SidecarInjectionStatus). */
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

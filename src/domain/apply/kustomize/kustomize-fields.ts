import { customReferences } from '../../references/custom-references.ts';
import { keyOf, kindOf, type Resource } from '../../kube/resource.ts';
import type { JsonObject, Path } from '../../core/json-object.ts';

/** A place in resources of a kind, as kustomize's configurations write it. */
interface FieldSpec {
  readonly path: string;
  readonly group?: string;
  readonly kind: string;
  readonly create?: boolean;
}

const openshiftApps = 'apps.openshift.io';
const routes = 'route.openshift.io';
const builds = 'build.openshift.io';
const images = 'image.openshift.io';

type Workload = readonly [kind: string, group: string];

/** Workloads with a pod template that kustomize does not know. */
const pods: readonly Workload[] = [['DeploymentConfig', openshiftApps]];
/** Custom ones, which are named only where there are some. */
const customPods: readonly Workload[] = [
  ['Rollout', 'argoproj.io'],
  ['Service', 'serving.knative.dev'],
];
const template = 'spec/template/spec';
const containers = ['containers', 'initContainers'].map((list) => `${template}/${list}`);

/** Where a pod template names ConfigMaps or Secrets. `source` is the one part of the names that differs. */
function podReferences(source: 'configMap' | 'secret'): readonly string[] {
  const name = source === 'secret' ? 'secretName' : 'name';
  return [
    `${template}/volumes/${source}/${name}`,
    `${template}/volumes/projected/sources/${source}/name`,
    ...containers.flatMap((path) => [
      `${path}/env/valueFrom/${source}KeyRef/name`,
      `${path}/envFrom/${source}Ref/name`,
    ]),
    ...(source === 'secret' ? [`${template}/imagePullSecrets/name`] : []),
  ];
}

/** Where a pod template names objects, by their kind. */
const podNames = {
  ConfigMap: podReferences('configMap'),
  Secret: podReferences('secret'),
  ServiceAccount: [`${template}/serviceAccountName`],
  PersistentVolumeClaim: [`${template}/volumes/persistentVolumeClaim/claimName`],
};

const inPods = (paths: readonly string[], workloads = pods): readonly FieldSpec[] =>
  workloads.flatMap(([kind, group]) => paths.map((path) => ({ path, group, kind })));
const build = (path: string): FieldSpec => ({ path, group: builds, kind: 'BuildConfig' });

/** Fields that hold names of objects of one kind. */
interface NameReference {
  readonly kind: string;
  readonly group?: string;
  readonly fieldSpecs: readonly FieldSpec[];
}

/** Which fields hold names of which kinds, beyond what kustomize knows of Kubernetes itself. */
const references: readonly NameReference[] = [
  {
    kind: 'ConfigMap',
    fieldSpecs: [...inPods(podNames.ConfigMap), build('spec/source/configMaps/configMap/name')],
  },
  {
    kind: 'Secret',
    fieldSpecs: [
      ...inPods(podNames.Secret),
      build('spec/source/sourceSecret/name'),
      build('spec/source/secrets/secret/name'),
      build('spec/output/pushSecret/name'),
      { path: 'spec/tls/externalCertificate/name', group: routes, kind: 'Route' },
    ],
  },
  {
    kind: 'ServiceAccount',
    fieldSpecs: [...inPods([...podNames.ServiceAccount, `${template}/serviceAccount`]), build('spec/serviceAccount')],
  },
  { kind: 'PersistentVolumeClaim', fieldSpecs: inPods(podNames.PersistentVolumeClaim) },
  {
    kind: 'Service',
    fieldSpecs: ['spec/to/name', 'spec/alternateBackends/name'].map((path) => ({ path, group: routes, kind: 'Route' })),
  },
  {
    kind: 'DeploymentConfig',
    group: openshiftApps,
    fieldSpecs: [{ path: 'spec/scaleTargetRef/name', kind: 'HorizontalPodAutoscaler' }],
  },
];

const knownGroups: ReadonlySet<string> = new Set([openshiftApps, routes, builds, images]);

/** Whether kustomize needs the list of fields for these resources. */
export function needsConfiguration(resources: readonly Resource[]): boolean {
  return resources.some((resource) => knownGroups.has(keyOf(resource).group)) || customFields(resources).length > 0;
}

/**
 * A transformer configuration that lets kustomize rename what the kinds of OpenShift, and the custom kinds of the
 * resources, refer to, and label pod templates.
 * https://github.com/kubernetes-sigs/kustomize/tree/master/examples/transformerconfigs
 */
export function kustomizeConfiguration(resources: readonly Resource[]): JsonObject {
  const nameReference = references.map(({ kind, group, fieldSpecs }) => ({
    kind,
    ...(group === undefined ? {} : { group }),
    version: 'v1',
    fieldSpecs,
  }));
  const path = 'spec/template/metadata/labels';
  const workloads = [...pods, ...podsAmong(resources)];
  const templateLabels = workloads.map(([kind, group]) => ({ path, group, kind, create: true }));
  return { nameReference: [...nameReference, ...customFields(resources)], templateLabels };
}

/** Kinds of which one may be meant where a reference of an autoscaler stands: its kind stands beside the name. */
const workloadKinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'DeploymentConfig'];

/** Where the custom kinds among resources hold names, by the table of references. */
function customFields(resources: readonly Resource[]): readonly NameReference[] {
  const present = new Set(resources.map(kindOf));
  const found = customReferences.flatMap(({ kinds, path, form, to }) => {
    if (to === undefined || form !== undefined) return [];
    const fieldSpecs = kinds.filter((kind) => present.has(kind)).map((kind) => toFieldSpec(kind, path));
    const targets = to === 'Deployment' ? workloadKinds : [to];
    return targets.flatMap((kind) => fieldSpecs.map((field) => ({ kind, field })));
  });
  const workloads = podsAmong(resources);
  const inTemplates = Object.entries(podNames).flatMap(([kind, paths]) =>
    inPods(paths, workloads).map((field) => ({ kind, field })),
  );
  const grouped = Map.groupBy([...found, ...inTemplates], ({ kind }) => kind);
  return [...grouped].map(([kind, fields]) => ({ kind, fieldSpecs: fields.map(({ field }) => field) }));
}

/** A place as kustomize writes it: lists are passed through, and a slash in a key is escaped. */
function toFieldSpec(kindAndGroup: string, path: Path): FieldSpec {
  const [kind = '', ...group] = kindAndGroup.split('.');
  const steps = path.filter((step) => step !== '*').map((step) => String(step).replaceAll('/', String.raw`\/`));
  return { path: steps.join('/'), group: group.join('.'), kind };
}

function podsAmong(resources: readonly Resource[]): readonly Workload[] {
  const present = new Set(resources.map(kindOf));
  return customPods.filter(([kind, group]) => present.has(`${kind}.${group}`));
}

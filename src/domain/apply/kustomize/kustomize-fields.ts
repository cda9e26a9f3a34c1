import { keyOf, type Resource } from '../../kube/resource.ts';
import type { JsonObject } from '../../core/json-object.ts';

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

/** Workloads with a pod template that kustomize does not know. */
const pods: readonly (readonly [kind: string, group: string])[] = [['DeploymentConfig', openshiftApps]];
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

const inPods = (paths: readonly string[]): readonly FieldSpec[] =>
  pods.flatMap(([kind, group]) => paths.map((path) => ({ path, group, kind })));
const build = (path: string): FieldSpec => ({ path, group: builds, kind: 'BuildConfig' });

/** Which fields hold names of which kinds, beyond what kustomize knows of Kubernetes itself. */
const references: readonly {
  readonly kind: string;
  readonly group?: string;
  readonly fieldSpecs: readonly FieldSpec[];
}[] = [
  {
    kind: 'ConfigMap',
    fieldSpecs: [...inPods(podReferences('configMap')), build('spec/source/configMaps/configMap/name')],
  },
  {
    kind: 'Secret',
    fieldSpecs: [
      ...inPods(podReferences('secret')),
      build('spec/source/sourceSecret/name'),
      build('spec/source/secrets/secret/name'),
      build('spec/output/pushSecret/name'),
      { path: 'spec/tls/externalCertificate/name', group: routes, kind: 'Route' },
    ],
  },
  {
    kind: 'ServiceAccount',
    fieldSpecs: [
      ...inPods([`${template}/serviceAccountName`, `${template}/serviceAccount`]),
      build('spec/serviceAccount'),
    ],
  },
  { kind: 'PersistentVolumeClaim', fieldSpecs: inPods([`${template}/volumes/persistentVolumeClaim/claimName`]) },
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
  return resources.some((resource) => knownGroups.has(keyOf(resource).group));
}

/**
 * A transformer configuration that lets kustomize rename what OpenShift's kinds refer to, and label their pod templates.
 * https://github.com/kubernetes-sigs/kustomize/tree/master/examples/transformerconfigs
 */
export function kustomizeConfiguration(): JsonObject {
  const nameReference = references.map(({ kind, group, fieldSpecs }) => ({
    kind,
    ...(group === undefined ? {} : { group }),
    version: 'v1',
    fieldSpecs,
  }));
  const path = 'spec/template/metadata/labels';
  const templateLabels = pods.map(([kind, group]) => ({ path, group, kind, create: true }));
  return { nameReference, templateLabels };
}

interface Definition {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly shortNames?: readonly string[];
  readonly scope?: 'Cluster';
  readonly hasStatus?: boolean;
  readonly hasScale?: boolean;
  /** Schema of `spec` beside "anything goes". */
  readonly spec?: object;
}

const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** Defaults that OpenShift's API server fills in. */
const routeSpec = {
  ...anything,
  properties: {
    wildcardPolicy: { type: 'string', default: 'None' },
    to: {
      ...anything,
      properties: { kind: { type: 'string', default: 'Service' }, weight: { type: 'integer', default: 100 } },
    },
  },
};

const definitions: readonly Definition[] = [
  { group: 'authorization.openshift.io', kind: 'Role', plural: 'roles' },
  { group: 'authorization.openshift.io', kind: 'RoleBinding', plural: 'rolebindings' },
  { group: 'authorization.openshift.io', kind: 'RoleBindingRestriction', plural: 'rolebindingrestrictions' },
  { group: 'route.openshift.io', kind: 'Route', plural: 'routes', hasStatus: true, spec: routeSpec },
  {
    group: 'apps.openshift.io',
    kind: 'DeploymentConfig',
    plural: 'deploymentconfigs',
    shortNames: ['dc'],
    hasStatus: true,
    hasScale: true,
  },
  { group: 'build.openshift.io', kind: 'BuildConfig', plural: 'buildconfigs', shortNames: ['bc'] },
  { group: 'build.openshift.io', kind: 'Build', plural: 'builds' },
  { group: 'template.openshift.io', kind: 'Template', plural: 'templates' },
  { group: 'template.openshift.io', kind: 'TemplateInstance', plural: 'templateinstances', hasStatus: true },
  { group: 'config.openshift.io', kind: 'Image', plural: 'images', scope: 'Cluster' },
];

/** Custom resource definitions of the OpenShift kinds that need no server of their own. Specs are kept as users write them. */
export function customResourceDefinitions(): object[] {
  return definitions.map((definition) => {
    const { group, kind, plural, shortNames } = definition;
    const singular = kind.toLowerCase();
    return {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${plural}.${group}` },
      spec: {
        group,
        scope: definition.scope ?? 'Namespaced',
        names: { kind, listKind: `${kind}List`, plural, singular, ...(shortNames === undefined ? {} : { shortNames }) },
        versions: [version(definition)],
      },
    };
  });
}

function version({ spec, hasStatus, hasScale }: Definition): object {
  const scale = {
    specReplicasPath: '.spec.replicas',
    statusReplicasPath: '.status.replicas',
    labelSelectorPath: '.status.labelSelector',
  };
  const subresources = { ...(hasStatus === true ? { status: {} } : {}), ...(hasScale === true ? { scale } : {}) };
  return {
    name: 'v1',
    served: true,
    storage: true,
    schema: { openAPIV3Schema: { ...anything, properties: { spec: spec ?? anything, status: anything } } },
    subresources,
  };
}

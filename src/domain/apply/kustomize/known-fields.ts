import type { Fields, Shape } from './check-fields.ts';
import { TaskError } from '../../core/errors.ts';
import { isObject, stringAt, valueAt } from '../../core/json-object.ts';

const scalars: Shape = { list: 'scalar' };
const files: Shape = { list: { path: 'file' } };

const map = (fields: Fields): Shape => ({ fields });
const listOf = (fields: Fields): Shape => ({ list: { fields } });

// The types behind these fields: https://github.com/kubernetes-sigs/kustomize/tree/api/v0.20.1/api/types
const kindFields: Fields = { group: 'scalar', version: 'scalar', kind: 'scalar' };
const objectFields: Fields = { ...kindFields, name: 'scalar', namespace: 'scalar' };
const selector = map({ ...objectFields, labelSelector: 'scalar', annotationSelector: 'scalar' });
const replacementOptions = map({ delimiter: 'scalar', index: 'scalar', encoding: 'scalar', create: 'scalar' });
const fieldSpecs = listOf({ ...kindFields, path: 'scalar', create: 'scalar' });
const metadata = map({ name: 'scalar', namespace: 'scalar', labels: 'labels', annotations: 'labels' });

/** Of every file that kustomize reads as an object. */
const headerFields: Fields = { apiVersion: 'scalar', kind: 'scalar', metadata };

const generatorOptions = map({
  labels: 'labels',
  annotations: 'labels',
  disableNameSuffixHash: 'scalar',
  immutable: 'scalar',
});

const configMapFields: Fields = {
  namespace: 'scalar',
  name: 'scalar',
  behavior: 'scalar',
  literals: scalars,
  files: { list: { path: 'keyed-file' } },
  envs: files,
  env: { path: 'file' },
  options: generatorOptions,
};
const secretFields: Fields = { ...configMapFields, type: 'scalar' };

const imageFields: Fields = {
  name: 'scalar',
  newName: 'scalar',
  tagSuffix: 'scalar',
  newTag: 'scalar',
  digest: 'scalar',
};
const patchFields: Fields = { path: { path: 'file' }, patch: 'scalar', target: selector, options: 'labels' };
const replicaFields: Fields = { name: 'scalar', count: 'scalar' };

const replacements = listOf({
  path: { path: 'file' },
  source: map({ ...objectFields, fieldPath: 'scalar', options: replacementOptions }),
  sourceValue: 'scalar',
  targets: listOf({ select: selector, reject: { list: selector }, fieldPaths: scalars, options: replacementOptions }),
});

/**
 * Fields of a Kustomization and of a Component, without those that start helm: `helmCharts`, `helmGlobals` and
 * `helmChartInflationGenerator`.
 * https://github.com/kubernetes-sigs/kustomize/blob/api/v0.20.1/api/types/kustomization.go
 */
export const kustomizationFields: Fields = {
  ...headerFields,
  openapi: map({ version: 'scalar', path: { path: 'file' } }),
  namePrefix: 'scalar',
  nameSuffix: 'scalar',
  namespace: 'scalar',
  commonLabels: 'labels',
  labels: listOf({ pairs: 'labels', includeSelectors: 'scalar', includeTemplates: 'scalar', fields: fieldSpecs }),
  commonAnnotations: 'labels',
  patchesStrategicMerge: { list: { path: 'patch' } },
  patchesJson6902: listOf(patchFields),
  patches: listOf(patchFields),
  images: listOf(imageFields),
  imageTags: listOf(imageFields),
  replacements,
  replicas: listOf(replicaFields),
  vars: listOf({
    name: 'scalar',
    objref: map({ ...kindFields, apiVersion: 'scalar', name: 'scalar', namespace: 'scalar' }),
    fieldref: map({ fieldPath: 'scalar' }),
  }),
  sortOptions: map({ order: 'scalar', legacySortOptions: map({ orderFirst: scalars, orderLast: scalars }) }),
  resources: { list: { path: 'resource' } },
  bases: { list: { path: 'resource' } },
  components: { list: { path: 'component' } },
  crds: files,
  configMapGenerator: listOf(configMapFields),
  secretGenerator: listOf(secretFields),
  generatorOptions,
  configurations: files,
  generators: { list: { path: 'plugin' } },
  transformers: { list: { path: 'plugin' } },
  validators: { list: { path: 'plugin' } },
  buildMetadata: scalars,
};

/** Of a kustomization of plugins: any other field would change their configurations after they were checked. */
export const pluginFolderFields: Fields = { ...headerFields, resources: { list: { path: 'plugin-file' } } };

/**
 * Configurations of the generators and transformers that are built into kustomize, by kind. HelmChartInflationGenerator
 * is left out because it starts helm.
 * https://github.com/kubernetes-sigs/kustomize/tree/api/v0.20.1/api/internal/builtins
 */
const pluginFields: ReadonlyMap<string, Fields> = new Map<string, Fields>([
  ['AnnotationsTransformer', { annotations: 'labels', fieldSpecs }],
  ['ConfigMapGenerator', configMapFields],
  ['HashTransformer', {}],
  [
    'IAMPolicyGenerator',
    {
      cloud: 'scalar',
      kubernetesService: map({ name: 'scalar', namespace: 'scalar' }),
      serviceAccount: map({ name: 'scalar', projectId: 'scalar' }),
    },
  ],
  ['ImageTagTransformer', { imageTag: map(imageFields), fieldSpecs }],
  ['LabelTransformer', { labels: 'labels', fieldSpecs }],
  ['NamespaceTransformer', { fieldSpecs, unsetOnly: 'scalar', setRoleBindingSubjects: 'scalar' }],
  ['PatchJson6902Transformer', { target: selector, path: { path: 'file' }, jsonOp: 'scalar' }],
  ['PatchStrategicMergeTransformer', { paths: { list: { path: 'patch' } }, patches: 'scalar' }],
  ['PatchTransformer', patchFields],
  ['PrefixSuffixTransformer', { prefix: 'scalar', suffix: 'scalar', fieldSpecs }],
  ['PrefixTransformer', { prefix: 'scalar', fieldSpecs }],
  ['ReplacementTransformer', { replacements }],
  ['ReplicaCountTransformer', { replica: map(replicaFields), fieldSpecs }],
  ['SecretGenerator', secretFields],
  ['SuffixTransformer', { suffix: 'scalar', fieldSpecs }],
  [
    'ValueAddTransformer',
    {
      value: 'scalar',
      targets: listOf({ selector, fieldPath: 'scalar', filePathPosition: 'scalar' }),
      targetFilePath: { path: 'file' },
    },
  ],
]);

/** Annotations that make kustomize run a container or a program. */
const functionAnnotation = /^config\.(?:kubernetes|k8s)\.io\/function$/;

/**
 * The fields that the configuration of a plugin may have.
 * @param file where the configuration is, for messages
 * @throws TaskError `invalid-file` for a plugin that is not built into kustomize, or that runs a program
 */
export function fieldsOfPlugin(configuration: unknown, file: string): Fields {
  const [apiVersion, kind = ''] = [stringAt(configuration, 'apiVersion'), stringAt(configuration, 'kind')];
  const annotations = valueAt(configuration, 'metadata', 'annotations');
  const fields = pluginFields.get(kind);
  const isFunction = isObject(annotations) && Object.keys(annotations).some((name) => functionAnnotation.test(name));
  if (apiVersion === 'builtin' && fields !== undefined && !isFunction) return { ...headerFields, ...fields };
  const name = isFunction ? 'function' : `plugin ${JSON.stringify(`${apiVersion ?? ''} ${kind}`.trim())}`;
  throw new TaskError('invalid-file', `reading ${file}: the ${name} is not allowed`, {
    remedy: `Use only generators and transformers with apiVersion "builtin": ${[...pluginFields.keys()].join(', ')}.`,
  });
}

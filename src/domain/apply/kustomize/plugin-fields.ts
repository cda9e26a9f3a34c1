import { TaskError } from '../../core/errors.ts';
import { isObject, stringAt, valueAt } from '../../core/json-object.ts';
import type { Fields } from './check-fields.ts';
import {
  configMapFields,
  fieldSpecs,
  headerFields,
  imageFields,
  listOf,
  map,
  patchFields,
  replacements,
  replicaFields,
  secretFields,
  selector,
} from './shared-fields.ts';

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

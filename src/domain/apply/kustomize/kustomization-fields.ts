import type { Fields } from './check-fields.ts';
import {
  configMapFields,
  fieldSpecs,
  files,
  generatorOptions,
  headerFields,
  imageFields,
  kindFields,
  listOf,
  map,
  patchFields,
  replacements,
  replicaFields,
  scalars,
  secretFields,
} from './shared-fields.ts';

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

/**
 * Fields of a kustomization whose resources configure plugins. Every other field would change the configurations after
 * they were checked.
 */
export const pluginFolderFields: Fields = { ...headerFields, resources: { list: { path: 'plugin-file' } } };

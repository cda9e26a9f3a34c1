import type { Fields, Shape } from './check-fields.ts';

export const scalars: Shape = { list: 'scalar' };
export const files: Shape = { list: { path: 'file' } };

export function map(fields: Fields): Shape {
  return { fields };
}

export function listOf(fields: Fields): Shape {
  return { list: { fields } };
}

// The types behind these fields: https://github.com/kubernetes-sigs/kustomize/tree/api/v0.20.1/api/types
export const kindFields = { group: 'scalar', version: 'scalar', kind: 'scalar' } as const satisfies Fields;
const objectFields = { ...kindFields, name: 'scalar', namespace: 'scalar' } as const satisfies Fields;
export const selector = map({ ...objectFields, labelSelector: 'scalar', annotationSelector: 'scalar' });
const replacementOptions = map({ delimiter: 'scalar', index: 'scalar', encoding: 'scalar', create: 'scalar' });

export const fieldSpecs = listOf({ ...kindFields, path: 'scalar', create: 'scalar' });

const metadata = map({ name: 'scalar', namespace: 'scalar', labels: 'labels', annotations: 'labels' });

/** Of every file that kustomize reads as an object. */
export const headerFields = { apiVersion: 'scalar', kind: 'scalar', metadata } as const satisfies Fields;

export const generatorOptions = map({
  labels: 'labels',
  annotations: 'labels',
  disableNameSuffixHash: 'scalar',
  immutable: 'scalar',
});

export const configMapFields = {
  namespace: 'scalar',
  name: 'scalar',
  behavior: 'scalar',
  literals: scalars,
  files: { list: { path: 'keyed-file' } },
  envs: files,
  env: { path: 'file' },
  options: generatorOptions,
} as const satisfies Fields;

export const secretFields = { ...configMapFields, type: 'scalar' } as const satisfies Fields;

export const imageFields = {
  name: 'scalar',
  newName: 'scalar',
  tagSuffix: 'scalar',
  newTag: 'scalar',
  digest: 'scalar',
} as const satisfies Fields;

export const patchFields = {
  path: { path: 'file' },
  patch: 'scalar',
  target: selector,
  options: 'labels',
} as const satisfies Fields;

export const replicaFields = { name: 'scalar', count: 'scalar' } as const satisfies Fields;

export const replacements = listOf({
  path: { path: 'file' },
  source: map({ ...objectFields, fieldPath: 'scalar', options: replacementOptions }),
  sourceValue: 'scalar',
  targets: listOf({ select: selector, reject: { list: selector }, fieldPaths: scalars, options: replacementOptions }),
});

import { describe, expect, it } from 'vitest';

import { fieldsOfPlugin } from '../../../../../src/domain/apply/kustomize/known-fields.ts';
import { refusalOf } from '../../../../builders/task-error.ts';

describe('the configuration of a plugin', () => {
  it('has fields when the plugin is built into kustomize', () => {
    const known = fieldsOfPlugin({ apiVersion: 'builtin', kind: 'PrefixTransformer' }, 'f');
    expect(Object.keys(known)).toEqual(['apiVersion', 'kind', 'metadata', 'prefix', 'fieldSpecs']);
    const annotated = { apiVersion: 'builtin', kind: 'HashTransformer', metadata: { annotations: { a: 'b' } } };
    expect(fieldsOfPlugin(annotated, 'f')).toHaveProperty('metadata');
  });

  it.each([
    undefined,
    'text',
    {},
    { apiVersion: 'builtin' },
    { apiVersion: 'builtin', kind: 'prefixtransformer' },
    { apiVersion: 'builtin', kind: 'HelmChartInflationGenerator' },
    { apiVersion: 'builtin', kind: 'constructor' },
    { apiVersion: 'Builtin', kind: 'PrefixTransformer' },
    { apiVersion: 'example.com/v1', kind: 'PrefixTransformer' },
    { ApiVersion: 'builtin', kind: 'PrefixTransformer' },
    function_('config.kubernetes.io/function', 'container: {image: example}'),
    function_('config.k8s.io/function', 'exec: {path: /bin/sh}'),
  ])('is refused otherwise: %j', (configuration) => {
    expect(refusalOf(() => fieldsOfPlugin(configuration, 'f.yaml'))).toMatch(/^invalid-file: reading f\.yaml: the /);
  });
});

function function_(annotation: string, text: string): unknown {
  const metadata = { name: 'x', annotations: { [annotation]: text } };
  return { apiVersion: 'builtin', kind: 'PrefixTransformer', metadata };
}

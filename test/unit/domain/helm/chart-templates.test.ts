import { describe, expect, it } from 'vitest';

import { needsCluster, subchartOf, templatesOf } from '../../../../src/domain/helm/chart-templates.ts';
import { findUnstableTemplates } from '../../../../src/domain/helm/unstable-templates.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const chart = (files: Readonly<Record<string, string>>, names: readonly string[] = []) => ({
  metadata: {},
  values: {},
  files: new Map(Object.entries(files).map(([path, text]) => [path, bytes(text)])),
  subcharts: [],
  names,
});

// The template of Bitnami's library chart that keeps a password which the cluster has.
const library = '{{- define "common.secrets.passwords.manage" -}}{{ lookup "v1" "Secret" "a" "b" }}{{- end -}}';
const secret = 'password: {{ include "common.secrets.passwords.manage" (dict "a" 1) }}';
const database = {
  ...chart({ 'templates/secret.yaml': secret, 'values.yaml': '' }, ['main', 'other']),
  subcharts: [chart({ 'templates/_secrets.tpl': library }, ['common'])],
};
const umbrella = { ...chart({ 'templates/web.yaml': 'a: 1' }), subcharts: [database] };

describe('the templates of a chart', () => {
  it('are those of its subcharts too, once for each alias', () => {
    expect(templatesOf(umbrella).map(({ path }) => path)).toEqual([
      'templates/web.yaml',
      'charts/main/templates/secret.yaml',
      'charts/main/charts/common/templates/_secrets.tpl',
      'charts/other/templates/secret.yaml',
      'charts/other/charts/common/templates/_secrets.tpl',
    ]);
  });

  it('change with each render also by a named template of a library chart', () => {
    expect(findUnstableTemplates(templatesOf(umbrella))).toEqual([
      { path: 'charts/main/templates/secret.yaml', functions: ['lookup'] },
      { path: 'charts/other/templates/secret.yaml', functions: ['lookup'] },
    ]);
  });

  it.each([
    ['templates/web.yaml', undefined],
    ['templates/charts/grafana.yaml', undefined],
    ['charts/db/templates/a.yaml', 'charts/db'],
    ['charts/db/charts/common/templates/a/b.yaml', 'charts/db/charts/common'],
  ])('%s is of the subchart %s', (path, expected) => {
    expect(subchartOf(path)).toBe(expected);
  });
});

describe('a render that fails', () => {
  const failed = 'running helm template: execution error at (a/templates/a.yaml:1:46): Secret b is missing';
  it.each([
    ['{{ if not (lookup "v1" "Secret" "a" "b") }}{{ fail "x" }}{{ end }}', failed, true],
    ['{{ .Capabilities.KubeVersion }}', 'template: a:1: executing "a" at <b>: nil pointer', true],
    ['{{ getHostByName "db" }}', 'YAML parse error on a/templates/a.yaml', true],
    ['{{ fail "x" }}', failed, false],
    ['{{ lookup "v1" "Secret" "a" "b" }}', 'running helm template: Chart.yaml file is missing', false],
    ['a: 1', 'chart requires kubeVersion: <1.31.0-0 which is incompatible with Kubernetes v1.32.0', true],
  ])('%s with %j needs the cluster: %s', (text, complaint, expected) => {
    expect(needsCluster([{ path: 'templates/a.yaml', content: bytes(text) }], complaint)).toBe(expected);
  });
});

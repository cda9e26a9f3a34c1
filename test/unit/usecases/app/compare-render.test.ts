import { describe, expect, it } from 'vitest';

import { yamlCodec } from '../../../../src/adapters/yaml/yaml-codec.ts';
import { HelmError } from '../../../../src/domain/helm/helm-error.ts';
import { objectsOf } from '../../../../src/domain/helm/rendered-objects.ts';
import type { Release } from '../../../../src/domain/helm/release.ts';
import { compareRender } from '../../../../src/usecases/app/compare-render.ts';
import type { ExportPorts } from '../../../../src/usecases/app/export-ports.ts';
import { thrownBy } from '../../../builders/task-error.ts';

const own = '---\n# Source: web/templates/a.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n';
const ofSubchart = (file: string, password = 'YQ==') => `---
# Source: web/charts/db/templates/${file}.yaml
apiVersion: v1
kind: Secret
metadata: { name: ${file} }
data: { password: ${password} }
`;
const stable = {
  'charts/db/templates/one.yaml': 'a',
  'charts/db/templates/two.yaml': '{{ if .Capabilities }}{{ end }}',
};

interface Case {
  readonly manifest: string;
  readonly templates: Readonly<Record<string, string>>;
  readonly render: string | Error;
}

function compare({ manifest, templates, render }: Case) {
  const chart = { name: 'web', version: '1.0.0', metadata: {}, templates: [], files: [], values: {} };
  const nothing = { schema: undefined, lock: undefined };
  const state = { revision: 1, status: 'deployed', config: {}, hooks: [] };
  const release: Release = { name: 'web', namespace: 'shop', manifest, ...state, chart: { ...chart, ...nothing } };
  const files = Object.entries(templates).map(([path, text]) => ({ path, content: new TextEncoder().encode(text) }));
  const check = { release, objects: objectsOf(release, yamlCodec), chart: '/c', values: '', capabilities: undefined };
  const rendering = () => (typeof render === 'string' ? Promise.resolve(render) : Promise.reject(render));
  const ports: Pick<ExportPorts, 'render' | 'yaml'> = { render: rendering, yaml: yamlCodec };
  return compareRender({ ...check, templates: files }, ports);
}

const both = ofSubchart('one') + ofSubchart('two');

describe('a subchart that renders fewer objects', () => {
  it('is reported when it renders some, by templates that the chart has', async () => {
    const [item] = await compare({ manifest: both, templates: stable, render: ofSubchart('one') });
    expect(item).toMatchObject({ id: 'v1 Secret two', outcome: 'skipped', reason: 'render-different' });
  });

  it.each([
    ['it renders nothing', stable, own],
    ['the chart does not have the template', { 'charts/db/templates/one.yaml': 'a' }, ofSubchart('one')],
  ])('is refused when %s', async (_what, templates, render) => {
    const error = await thrownBy(() => compare({ manifest: both, templates, render }));
    expect(error.code).toBe('chart-different');
    expect(error.message).toContain('v1 Secret two (web/charts/db/templates/two.yaml)');
  });

  it('is reported when its only template looks at the cluster', async () => {
    const templates = { 'charts/db/templates/one.yaml': '{{ if lookup "v1" "Secret" "a" "b" }}{{ end }}' };
    const items = await compare({ manifest: ofSubchart('one'), templates, render: own });
    expect(items.map(({ reason }) => reason)).toEqual(
      expect.arrayContaining(['changes-with-each-render', 'render-different']),
    );
  });
});

describe('a subchart with random passwords', () => {
  it('is listed, and its content is not compared', async () => {
    const templates = { 'charts/db/templates/one.yaml': '{{ randAlphaNum 5 }}' };
    const items = await compare({ manifest: ofSubchart('one'), templates, render: ofSubchart('one', 'Yg==') });
    expect(items).toMatchObject([
      { id: 'template charts/db/templates/one.yaml', message: 'calls randAlphaNum for v1 Secret one' },
      { reason: 'render-equal' },
    ]);
  });
});

describe('a render that fails', () => {
  const failed = new HelmError(
    'invalid-chart',
    'running helm template: execution error at (web/a.yaml:1:46): no Secret',
  );

  it('is reported when templates look at the cluster', async () => {
    const items = await compare({ manifest: both, templates: stable, render: failed });
    expect(items).toEqual([
      { id: 'release web', outcome: 'skipped', reason: 'render-needs-cluster', message: failed.message },
    ]);
  });

  it('is refused when the chart lost templates, or looks at no cluster', async () => {
    const templates = { 'charts/db/templates/two.yaml': stable['charts/db/templates/two.yaml'] };
    const lost = await thrownBy(() => compare({ manifest: both, templates, render: failed }));
    expect(lost.code).toBe('chart-different');
    const plain = { 'templates/a.yaml': 'a: 1' };
    expect((await thrownBy(() => compare({ manifest: own, templates: plain, render: failed }))).code).toBe(
      'invalid-file',
    );
  });
});

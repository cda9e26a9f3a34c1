import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';

import { execa } from 'execa';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { yamlCodec } from '../../../src/adapters/yaml/yaml-codec.ts';
import { valueAt } from '../../../src/domain/core/json-object.ts';
import { makeFolder } from '../../builders/command.ts';
import { runTaskHere } from '../../builders/run-task-here.ts';
import { programPath } from '../../../testbed/clusters/programs.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
const kubectl = programPath('kubectl');
const environment = { PATH: [dirname(kubectl), process.env['PATH'] ?? ''].join(delimiter) };

beforeEach(async () => {
  folder = await makeFolder();
  await mkdir(join(folder.path, 'output/resources/shop'), { recursive: true });
});

afterEach(() => folder.remove());

type Row = readonly [type: string, spec: object, path: readonly (string | number)[], target: string];

/** A name in each of the families of custom kinds, where it stands, and the kind that it names. */
const rows: readonly Row[] = [
  [
    'gateway.networking.k8s.io/v1 HTTPRoute',
    { rules: [{ backendRefs: [{ name: 'db' }] }] },
    ['rules', 0, 'backendRefs', 0, 'name'],
    'v1 Service',
  ],
  [
    'autoscaling.k8s.io/v1 VerticalPodAutoscaler',
    { targetRef: { kind: 'StatefulSet', name: 'db' } },
    ['targetRef', 'name'],
    'apps/v1 StatefulSet',
  ],
  [
    'keda.sh/v1alpha1 ScaledObject',
    { scaleTargetRef: { name: 'db' } },
    ['scaleTargetRef', 'name'],
    'apps/v1 Deployment',
  ],
  ['cert-manager.io/v1 Certificate', { issuerRef: { name: 'db' } }, ['issuerRef', 'name'], 'cert-manager.io/v1 Issuer'],
  [
    'external-secrets.io/v1 ExternalSecret',
    { secretStoreRef: { name: 'db' } },
    ['secretStoreRef', 'name'],
    'external-secrets.io/v1 SecretStore',
  ],
  [
    'networking.istio.io/v1 Gateway',
    { servers: [{ tls: { credentialName: 'db' } }] },
    ['servers', 0, 'tls', 'credentialName'],
    'v1 Secret',
  ],
  ['eventing.knative.dev/v1 Trigger', { broker: 'db' }, ['broker'], 'eventing.knative.dev/v1 Broker'],
  [
    'argoproj.io/v1alpha1 Rollout',
    { strategy: { canary: { stableService: 'db' } } },
    ['strategy', 'canary', 'stableService'],
    'v1 Service',
  ],
  ['route.openshift.io/v1 Route', { to: { kind: 'Service', name: 'db' } }, ['to', 'name'], 'v1 Service'],
];

it.each(rows)('the name in a %s follows the prefix', async (...[type, spec, path, target]) => {
  for (const [each, name, more] of [
    [type, 'a', { spec }],
    [target, 'db', {}],
  ] as const) {
    const [apiVersion = '', kind = ''] = each.split(' ');
    const object = { apiVersion, kind, metadata: { name, namespace: 'shop' }, ...more };
    await writeFile(join(folder.path, `output/resources/shop/${kind}_${name}.yaml`), JSON.stringify(object));
  }
  const end = await runTaskHere(['crane-kustomize-init', '--name-prefix=new-'], { cwd: folder.path, environment });
  expect(end.exitCode, end.stderr).toBe(0);
  const built = await execa(kubectl, ['kustomize', join(folder.path, 'kustomize')]);
  const object = yamlCodec.parse(built.stdout, 'built').find((each) => valueAt(each, 'metadata', 'name') === 'new-a');
  expect(valueAt(object, 'spec', ...path)).toBe('new-db');
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { applyPatch } from '../../../../../src/domain/kube/json-patch.ts';
import { isResource, type Resource } from '../../../../../src/domain/kube/resource.ts';
import { builtInPlugins, choosePlugins } from '../../../../../src/domain/transform/rules/built-in-plugins.ts';
import { mergeVerdicts } from '../../../../../src/domain/transform/merge-verdicts.ts';
import type { Verdict } from '../../../../../src/domain/transform/plugin.ts';
import { toTransformOptions } from '../../../../../src/domain/transform/transform-options.ts';
import { isEqualJson } from '../../../../../src/domain/core/json-object.ts';

const internal = 'image-registry.openshift-image-registry.svc:5000';
const plugins = builtInPlugins(
  toTransformOptions({
    'registry-replacement': `${internal}/shop=dst.example/store`,
    'add-annotations': 'example.com/a=b',
    'pull-secret-replacement': 'old=new',
  }),
);

describe('choosing plugins', () => {
  const names = (skip: string[], priorities: string[]): string[] =>
    choosePlugins(plugins, { skip, priorities }).map((plugin) => plugin.name);

  it('keeps the order of crane, puts named ones first and skips others', () => {
    expect(names([], [])).toEqual(['KubernetesPlugin', 'OpenShiftPlugin', 'ImagestreamPlugin']);
    expect(names(['OpenShiftPlugin'], ['ImagestreamPlugin', 'unknown'])).toEqual([
      'ImagestreamPlugin',
      'KubernetesPlugin',
    ]);
  });
});

describe('the plugin that makes other kinds', () => {
  it('is there when asked for, before the others', () => {
    const names = builtInPlugins(toTransformOptions({ modernize: 'ingress' })).map((plugin) => plugin.name);
    expect(names).toEqual(['ModernizePlugin', 'KubernetesPlugin', 'OpenShiftPlugin', 'ImagestreamPlugin']);
  });
});

const image = fc.constantFrom(`${internal}/shop/web:1`, `${internal}/other/web`, 'nginx', 'dst.example/store/web');
const key = fc.constantFrom(
  'a',
  'example.com/a',
  'a~1b',
  'deployment.kubernetes.io/revision',
  'openshift.io/host.generated',
  '__proto__',
);
const reference = fc.record(
  {
    kind: fc.constantFrom('DockerImage', 'ImageStreamTag', 'ImageStreamImage'),
    name: image,
    namespace: fc.constantFrom('shop', 'openshift', ''),
  },
  { requiredKeys: ['kind'] },
);
const secret = fc.record({
  name: fc.constantFrom('web-dockercfg-abcde', 'default-dockercfg-abcde', 'old', 'mine', 'web-token-abcde'),
});
const podSpec = fc.record(
  {
    containers: fc.array(
      fc.record({
        name: fc.constant('a'),
        image,
        volumeMounts: fc.array(fc.record({ name: fc.constantFrom('data', 'kube-api-access-abcde') })),
      }),
    ),
    initContainers: fc.array(fc.record({ image })),
    imagePullSecrets: fc.array(secret),
    volumes: fc.array(fc.record({ name: fc.constantFrom('data', 'kube-api-access-abcde') })),
    nodeName: fc.string(),
    serviceAccountName: fc.constantFrom('web', 'default'),
  },
  { requiredKeys: [] },
);
const spec = fc.oneof(
  podSpec,
  fc.record({
    template: fc.record({
      spec: podSpec,
      metadata: fc.record({ labels: fc.dictionary(fc.constantFrom('controller-uid', 'app'), fc.string()) }),
    }),
    selector: fc.constant({}),
  }),
  fc.record({
    triggers: fc.array(fc.record({ imageChangeParams: fc.record({ from: reference, lastTriggeredImage: image }) })),
  }),
  fc.record({
    clusterIP: fc.constantFrom('None', '10.0.0.1'),
    clusterIPs: fc.array(fc.string()),
    type: fc.constantFrom('NodePort', 'ClusterIP'),
    ports: fc.array(fc.record({ port: fc.nat(9), nodePort: fc.nat(9) })),
  }),
  fc.record({
    tags: fc.array(fc.record({ name: fc.constantFrom('v1', 'v2'), from: reference }, { requiredKeys: ['name'] })),
    lookupPolicy: fc.record({ local: fc.boolean() }),
    host: fc.string(),
  }),
);
const types = [
  'v1 Pod',
  'v1 Service',
  'v1 ServiceAccount',
  'batch/v1 Job',
  'apps/v1 Deployment',
  'apps.openshift.io/v1 DeploymentConfig',
  'image.openshift.io/v1 ImageStream',
  'image.openshift.io/v1 ImageStreamTag',
  'route.openshift.io/v1 Route',
];
const resources = fc
  .record({
    type: fc.constantFrom(...types),
    annotations: fc.dictionary(key, fc.string()),
    spec,
    secrets: fc.array(secret),
    tag: fc.oneof(
      fc.constant(null),
      fc.record({ name: fc.constant('v1'), from: reference, annotations: fc.constant(null) }),
    ),
  })
  .map(({ type, annotations, spec: body, ...rest }): Resource => {
    const [apiVersion = '', kind = ''] = type.split(' ');
    const metadata = { name: 'web', namespace: 'shop', uid: 'u', annotations };
    return {
      apiVersion,
      kind,
      metadata,
      spec: body,
      imagePullSecrets: rest.secrets,
      image: { dockerImageReference: 'x.example/y' },
      status: {},
      ...rest,
    };
  });

function decide(resource: Resource) {
  return mergeVerdicts(plugins.map((plugin) => ({ plugin: plugin.name, verdict: atOnce(plugin.run(resource)) })));
}

function atOnce(verdict: Verdict | Promise<Verdict>): Verdict {
  if (verdict instanceof Promise) throw new Error('a built-in plugin answers at once');
  return verdict;
}

describe('the built-in plugins together', () => {
  it('have nothing left to change in what they changed, fit every resource, never ignore each other, and repeat themselves', () => {
    fc.assert(
      fc.property(resources, (resource) => {
        const before = structuredClone(resource);
        const decision = decide(resource);
        expect(isEqualJson(resource, before)).toBe(true);
        expect(decide(resource)).toEqual(decision);
        if (decision.kind === 'whiteout') return;
        expect(decision.ignored).toEqual([]);
        const changed = applyPatch(resource, decision.patches, 'strict');
        if (!isResource(changed)) throw new Error('the patches broke the resource');
        const again = decide(changed);
        expect(again.kind === 'patches' ? again.patches : again).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { yamlCodec } from '../../../src/adapters/yaml/yaml-codec.ts';
import { ClusterStatusError } from '../../../src/domain/kube/status-error.ts';
import { applyPatch } from '../../../src/domain/kube/json-patch.ts';
import { isResource, type Resource } from '../../../src/domain/kube/resource.ts';
import { builtInPlugins } from '../../../src/domain/transform/rules/built-in-plugins.ts';
import { mergeVerdicts } from '../../../src/domain/transform/merge-verdicts.ts';
import { toTransformOptions } from '../../../src/domain/transform/transform-options.ts';
import { goldenPath } from '../../builders/command.ts';
import { startTestCluster, type TestCluster } from '../../builders/test-cluster.ts';
import { atOnce } from '../../builders/transform.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
  await cluster.create('/api/v1/namespaces', { metadata: { name: 'shop' } });
  // Admission refuses Pods of an account that does not exist; here no controller creates it.
  await cluster.create(`/api/v1${ofShop}/serviceaccounts`, { metadata: { name: 'default' } });
});

afterAll(() => cluster.stop());

async function objectOf(name: string, object: string): Promise<Resource> {
  const text = await readFile(join(goldenPath('transform/cases'), name, 'input.yaml'), 'utf8');
  const found = yamlCodec
    .parse(text, name)
    .filter(isResource)
    .find(({ metadata }) => metadata.name === object);
  if (found === undefined) throw new Error(`${name} has no object ${object}`);
  return found;
}

function transform(resource: Resource): Resource {
  const plugins = builtInPlugins(toTransformOptions({}));
  const decision = mergeVerdicts(
    plugins.map((plugin) => ({ plugin: plugin.name, verdict: atOnce(plugin.run(resource)) })),
  );
  if (decision.kind === 'whiteout') throw new Error(decision.reason);
  const changed = applyPatch(resource, decision.patches, 'strict');
  if (!isResource(changed)) throw new Error('the patches broke the resource');
  return changed;
}

const ofShop = '/namespaces/shop';
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const roles = '/apis/rbac.authorization.k8s.io/v1/clusterroles';

describe('a real API server', () => {
  it.each([
    {
      what: 'an Ingress with two classes',
      path: `/apis/networking.k8s.io/v1${ofShop}/ingresses`,
      from: 'ingress-class',
      object: 'both',
    },
    { what: 'a definition of v1beta1', path: definitions, from: 'crd-old-style', object: 'lamps.example.com' },
    ...['lamps.lights.k8s.io', 'drums.sounds.kubernetes.io', 'horns.example.com', 'flutes.example.com'].map(
      (object) => ({
        what: `the definition ${object} of v1beta1`,
        path: definitions,
        from: 'crd-refused-by-v1',
        object,
      }),
    ),
    {
      what: 'a Service with addresses of IPv6',
      path: `/api/v1${ofShop}/services`,
      from: 'lb-service',
      object: 'generated',
    },
  ])('refuses $what, and takes it when it is transformed', async ({ path, from, object }) => {
    const exported = await objectOf(from, object);
    await expect(cluster.create(path, exported)).rejects.toThrow(ClusterStatusError);
    expect(await cluster.create(path, transform(exported))).toMatchObject({ metadata: { name: object } });
  });

  it.each([
    {
      what: 'a definition with a conversion webhook',
      path: definitions,
      from: 'crd-old-style',
      object: 'bells.example.com',
    },
    { what: 'an aggregated role', path: roles, from: 'aggregated-role', object: 'shop-observer' },
    {
      what: 'a ConfigMap without the injected bundle',
      path: `/api/v1${ofShop}/configmaps`,
      from: 'injected-ca',
      object: 'trusted-ca',
    },
    {
      what: 'a Pod without the injected sidecar',
      path: `/api/v1${ofShop}/pods`,
      from: 'mesh-bare-pod',
      object: 'worker',
    },
  ])('takes $what', async ({ path, from, object }) => {
    expect(await cluster.create(path, transform(await objectOf(from, object)))).toMatchObject({
      metadata: { name: object },
    });
  });

  it.each([
    ['no-selector', `/apis/apps/v1${ofShop}/deployments`],
    ['selector', `/apis/apps/v1${ofShop}/statefulsets`],
    ['agent', `/apis/apps/v1${ofShop}/daemonsets`],
    ['full', `/apis/networking.k8s.io/v1${ofShop}/ingresses`],
    ['own', `/apis/networking.k8s.io/v1${ofShop}/networkpolicies`],
    ['of-nothing', `/apis/policy/v1${ofShop}/poddisruptionbudgets`],
    ['no-selector-of-a-budget', `/apis/policy/v1${ofShop}/poddisruptionbudgets`],
    ['tidy', `/apis/batch/v1${ofShop}/cronjobs`],
    ['all-metrics', `/apis/autoscaling/v2${ofShop}/horizontalpodautoscalers`],
    ['by-hand', `/apis/discovery.k8s.io/v1${ofShop}/endpointslices`],
    ['lamps.old.example.com', definitions],
    ['bells.old.example.com', definitions],
    ['drums.old.example.com', definitions],
    ['known', '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations'],
    ['gongs.sounds.k8s.io', definitions, 'crd-refused-by-v1'],
    ['reader', `/apis/rbac.authorization.k8s.io/v1${ofShop}/roles`],
  ])('takes %s, which had an old version, in a dry run', async (object, path, from = 'old-versions-neighbours') => {
    const converted = transform(await objectOf(from, object));
    const query = { dryRun: 'All', fieldValidation: 'Strict' };
    const answer = await cluster.cluster.request({ method: 'POST', path, query, body: converted });
    expect(answer).toMatchObject({ metadata: { name: object } });
  });
});

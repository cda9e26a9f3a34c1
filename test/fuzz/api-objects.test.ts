import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { yamlCodec } from '../../src/adapters/yaml/yaml-codec.ts';
import { prepareObject } from '../../src/domain/apply/apply-object.ts';
import { followsStream } from '../../src/domain/apply/apply-order.ts';
import { listImages } from '../../src/domain/app/image-inventory.ts';
import { findOutsideObjects, findOwnClaims } from '../../src/domain/app/outside-objects.ts';
import { isIngress, routesOf } from '../../src/domain/app/routes.ts';
import { environmentOf } from '../../src/domain/app/container-environment.ts';
import { TaskError } from '../../src/domain/core/errors.ts';
import { Redactor } from '../../src/domain/core/secret.ts';
import { relatedTo } from '../../src/domain/export/related-objects.ts';
import { noteSecretValues } from '../../src/domain/export/sealed-secret.ts';
import { readImageStream } from '../../src/domain/images/image-stream.ts';
import { findDigestsByName } from '../../src/domain/images/plan/running-images.ts';
import { hostsOfStream } from '../../src/domain/images/registry-hosts.ts';
import { findWorkloadImages } from '../../src/domain/images/workload-images.ts';
import { stringifyExactly } from '../../src/domain/kube/exact-integers.ts';
import { checkObject } from '../../src/domain/kube/expected-object.ts';
import { applyPatch, PatchError, type Operation } from '../../src/domain/kube/json-patch.ts';
import { readinessOf } from '../../src/domain/kube/readiness.ts';
import { isResource, type Resource } from '../../src/domain/kube/resource.ts';
import { decideQuiesce, isBare, isRunning, restoreTravellingScale } from '../../src/domain/scale/quiesce.ts';
import { mergeVerdicts } from '../../src/domain/transform/merge-verdicts.ts';
import { builtInPlugins } from '../../src/domain/transform/rules/built-in-plugins.ts';
import { toTransformOptions } from '../../src/domain/transform/transform-options.ts';
import { compareContent } from '../../src/domain/verify/compare-content.ts';
import { hideValues } from '../../src/domain/verify/hide-values.ts';
import { fuzz, fuzzOptions } from '../builders/fuzz.ts';

/** Fields that our rules read, so that random values are found at places that matter. */
const fields =
  `metadata annotations labels ownerReferences managedFields finalizers spec template containers initContainers image
imagePullSecrets volumes secret secretName configMap projected sources persistentVolumeClaim claimName env envFrom valueFrom
secretKeyRef configMapKeyRef name namespace kind apiVersion uid controller replicas selector matchLabels tags from items
dockerImageReference dockerImageRepository triggers imageChangeParams type status conditions phase ports nodePort clusterIP
clusterIPs host rules http paths backend service tls to jobTemplate volumeClaimTemplates resources requests subjects roleRef
data stringData objects parameters strategy output lookupPolicy local generation reference webhooks clientConfig caBundle`
    .split(/\s+/)
    .filter((field) => field !== '');

const text = fc.oneof(
  fc.constantFrom(
    'web',
    'shop',
    'ImageStreamTag',
    'DockerImage',
    'web:1',
    'r.example/shop/web:1',
    '10.0.0.1',
    'None',
    '',
    '__proto__',
  ),
  fc.string({ maxLength: 8 }),
);
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 6, depthSize: 'medium', withCrossShrink: true },
    fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null), fc.double({ noNaN: true, noDefaultInfinity: true })),
    fc.array(tie('json'), { maxLength: 3 }),
    fc
      .array(fc.tuple(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...fields) }, text), tie('json')), {
        maxLength: 5,
      })
      .map((entries) => Object.fromEntries(entries) as unknown),
  ),
}));

const types =
  `v1 Pod,v1 Service,v1 Secret,v1 ConfigMap,v1 ServiceAccount,v1 PersistentVolumeClaim,v1 ReplicationController,
batch/v1 Job,batch/v1 CronJob,apps/v1 Deployment,apps/v1 StatefulSet,apps/v1 DaemonSet,apps/v1 ReplicaSet,
networking.k8s.io/v1 Ingress,networking.k8s.io/v1 NetworkPolicy,rbac.authorization.k8s.io/v1 RoleBinding,
apps.openshift.io/v1 DeploymentConfig,build.openshift.io/v1 BuildConfig,build.openshift.io/v1 Build,
image.openshift.io/v1 ImageStream,image.openshift.io/v1 ImageStreamTag,route.openshift.io/v1 Route,
template.openshift.io/v1 Template,apiextensions.k8s.io/v1 CustomResourceDefinition,
admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration,example.com/v1 Widget`.split(/,\s*/);

const resource = fc
  .tuple(fc.constantFrom(...types), json, json, json, json, json, fc.constantFrom(...fields))
  .map(([type, metadata, spec, status, data, other, field]) => {
    const [apiVersion = '', kind = ''] = type.split(' ');
    const extra = typeof metadata === 'object' && !Array.isArray(metadata) ? metadata : { annotations: metadata };
    const named = { ...extra, name: 'web', namespace: 'shop' };
    return { [field]: other, spec, status, data, apiVersion, kind, metadata: named };
  });

/** Metadata that mostly has a name and a namespace. */
const place = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ name: text, namespace: fc.oneof(fc.constantFrom('shop', 'kube-system'), text, json) }),
  },
  { weight: 1, arbitrary: json },
);

const plugins = builtInPlugins(
  toTransformOptions({ 'registry-replacement': 'r.example/shop=d.example/store', modernize: 'ingress' }),
);
const redactor = new Redactor();
const hosts = new Set(['r.example']);

/** What reads an object that a server or a file gave. */
const readers: Readonly<Record<string, (resource: Resource) => unknown>> = {
  'images of workloads': (one) => findWorkloadImages(one, hosts),
  'images of an application': (one) => listImages([one], []),
  'digests that run': (one) => findDigestsByName([one]),
  'image streams': readImageStream,
  'hosts of registries': hostsOfStream,
  'related objects': relatedTo,
  readiness: readinessOf,
  'objects outside': (one) => findOutsideObjects([one]),
  'own claims': (one) => findOwnClaims([one]),
  routes: (one) => (isIngress(one) ? routesOf(one) : []),
  environment: environmentOf,
  'scaling down': (one) => decideQuiesce(one, 'replicas'),
  'former scale': restoreTravellingScale,
  'pods that run': (one) => [isRunning(one), isBare(one)],
  'order of apply': followsStream,
  'content to apply': (one) => prepareObject(one, 'other'),
  comparison: (one) => compareContent(one, one),
  'hidden values': (one) => hideValues(one, one),
  'values of Secrets': (one) => noteSecretValues(one, redactor),
};

/** Whether patches give an object, or fail for this one alone, as for a spec that is a list. */
function patched(one: Resource, patches: readonly Operation[]): boolean {
  try {
    return isResource(applyPatch(one, patches, 'strict'));
  } catch (error) {
    return error instanceof PatchError;
  }
}

describe('random objects', () => {
  it('of a server break nothing that reads them', fuzzOptions, () =>
    fuzz(resource, (one) => {
      for (const [name, read] of Object.entries(readers)) {
        try {
          read(one);
        } catch (error) {
          // That object fails by itself, with a cause.
          expect(error, name).toBeInstanceOf(TaskError);
        }
      }
    }),
  );

  it('get patches that fit or fail for them alone, or are left out with a reason', fuzzOptions, () =>
    fuzz(resource, async (one) => {
      for (const plugin of plugins) plugin.prepare?.(one);
      const verdicts = await Promise.all(
        plugins.map(async (plugin) => ({ plugin: plugin.name, verdict: await plugin.run(one) })),
      );
      const merged = mergeVerdicts(verdicts);
      if (merged.kind === 'whiteout') expect(JSON.stringify(merged)).toContain('reason');
      else expect(patched(one, merged.patches)).toBe(true);
    }),
  );

  it('have the same content after they were written and read', fuzzOptions, () =>
    fuzz(json, (value) => {
      const [back] = yamlCodec.parse(yamlCodec.format({ value }), 'f');
      expect(JSON.parse(stringifyExactly(back))).toEqual(JSON.parse(stringifyExactly({ value })));
    }),
  );

  it('of another group, kind, namespace or name are never taken for those that were asked for', fuzzOptions, () =>
    fuzz(fc.tuple(resource, place), ([one, metadata]) => {
      const asked = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop' };
      const found = checkObject({ ...one, metadata }, asked, redactor).resource;
      if (found === undefined) return;
      expect(one).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' });
      expect(found.metadata.namespace).toBe('shop');
    }),
  );
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { kindOf, type Resource } from '../../../src/domain/kube/resource.ts';
import { builtInPlugins } from '../../../src/domain/transform/rules/built-in-plugins.ts';
import { mergeVerdicts } from '../../../src/domain/transform/merge-verdicts.ts';
import { toTransformOptions } from '../../../src/domain/transform/transform-options.ts';
import { aResource, atOnce } from '../../builders/transform.ts';

const types = [
  'apps/v1 Deployment',
  'apps/v1 ReplicaSet',
  'v1 Pod',
  'v1 ConfigMap',
  'v1 Secret',
  'v1 Service',
  'v1 Endpoints',
  'example.com/v1 Lamp',
  'bitnami.com/v1alpha1 SealedSecret',
  'rbac.authorization.k8s.io/v1 RoleBinding',
  'authorization.openshift.io/v1 RoleBinding',
  'authorization.openshift.io/v1 RoleBindingRestriction',
];
const name = fc.constantFrom('a', 'b', 'c');

interface Drawn {
  readonly type: string;
  readonly name: string;
  readonly owner: { readonly type: string; readonly name: string; readonly controller: boolean } | null;
  readonly hasSelector: boolean;
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  type: fc.constantFrom(...types),
  name,
  owner: fc.option(fc.record({ type: fc.constantFrom(...types), name, controller: fc.boolean() })),
  hasSelector: fc.boolean(),
});

function toResource({ type, name: own, owner, hasSelector }: Drawn): Resource {
  const [apiVersion = '', kind = ''] = owner?.type.split(' ') ?? [];
  const ownerReferences = owner === null ? [] : [{ apiVersion, kind, name: owner.name, controller: owner.controller }];
  const spec = hasSelector ? { selector: { app: 'a' } } : {};
  return aResource(type, own, { metadata: { ownerReferences }, spec });
}

/** Why each object is left out; undefined: it travels. By kind and name. */
function decide(resources: readonly Resource[]): ReadonlyMap<string, string | undefined> {
  const plugins = builtInPlugins(toTransformOptions({}));
  for (const resource of resources) for (const plugin of plugins) plugin.prepare?.(resource);
  return new Map(
    resources.map((resource) => {
      const decision = mergeVerdicts(
        plugins.map((plugin) => ({ plugin: plugin.name, verdict: atOnce(plugin.run(resource)) })),
      );
      return [placeOf(resource), decision.kind === 'whiteout' ? decision.reason : undefined];
    }),
  );
}

function placeOf(resource: Resource): string {
  return `${kindOf(resource)} ${resource.metadata.name}`;
}

/** The owner that makes an object, as far as its metadata says. */
function ownerPlace(resource: Resource): string | undefined {
  const [owner] = resource.metadata['ownerReferences'] as { apiVersion: string; kind: string; name: string }[];
  return owner === undefined ? undefined : `${kindOf(owner)} ${owner.name}`;
}

describe('a random export', () => {
  it('leaves nothing out without evidence', () => {
    fc.assert(
      fc.property(fc.uniqueArray(drawn, { selector: (each) => `${each.type} ${each.name}` }), (objects) => {
        const resources = objects.map(toResource);
        const byPlace = new Map(resources.map((resource) => [placeOf(resource), resource]));
        const reasons = decide(resources);
        const travels = (place: string): boolean => byPlace.has(place) && reasons.get(place) === undefined;
        for (const resource of resources) {
          const reason = reasons.get(placeOf(resource));
          const owner = ownerPlace(resource) ?? '';
          if (reason === undefined || /^belongs to|^made by .*disable-whiteout-owned/.test(reason)) continue;
          if (reason === 'made by the destination from Services') {
            const service = byPlace.get(`Service ${resource.metadata.name}`);
            expect(service?.['spec']).toEqual({ selector: { app: 'a' } });
          } else if (reason.startsWith('the same object exists')) {
            expect(byPlace.has(`RoleBinding.rbac.authorization.k8s.io ${resource.metadata.name}`)).toBe(true);
          } else {
            expect(reason).toMatch(/^(?:owned by|made again from)/);
            expect(kindOf(resource)).not.toBe('Secret');
            // Its owner travels, or is made again from one that does.
            const chain = [owner];
            while (/^(?:owned by|made again from)/.test(reasons.get(chain.at(-1) ?? '') ?? '') && chain.length < 99) {
              const next = byPlace.get(chain.at(-1) ?? '');
              chain.push((next === undefined ? undefined : ownerPlace(next)) ?? '');
            }
            expect(travels(chain.at(-1) ?? '')).toBe(true);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});

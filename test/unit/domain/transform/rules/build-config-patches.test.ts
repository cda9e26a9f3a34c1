import { describe, expect, it } from 'vitest';

import { applyPatch } from '../../../../../src/domain/kube/json-patch.ts';
import { valueAt } from '../../../../../src/domain/core/json-object.ts';
import type { Resource } from '../../../../../src/domain/kube/resource.ts';
import { createOpenshiftPlugin } from '../../../../../src/domain/transform/rules/built-in-plugins.ts';
import { toTransformOptions } from '../../../../../src/domain/transform/transform-options.ts';
import { aResource } from '../../../../builders/transform.ts';

const canary = 'canary-of-a-webhook';
const reference = { secretReference: { name: 'hook' } };

function aBuildConfig(...triggers: readonly object[]): Resource {
  return aResource('build.openshift.io/v1 BuildConfig', 'web', { spec: { triggers } });
}

/** What the plugin makes of the triggers, and what it notes. */
function transform(resource: Resource): { readonly triggers: unknown; readonly notes: readonly string[] } {
  const verdict = createOpenshiftPlugin(toTransformOptions({ 'namespace-mapping': 'shop=store' })).run(resource);
  if (verdict instanceof Promise || verdict.kind === 'whiteout') throw new Error('expected patches at once');
  expect(JSON.stringify(verdict)).not.toContain(canary);
  const triggers = valueAt(applyPatch(resource, verdict.patches, 'strict'), 'spec', 'triggers');
  return { triggers, notes: verdict.notes ?? [] };
}

describe('a webhook whose secret stands in the BuildConfig', () => {
  it.each(['github', 'gitlab', 'bitbucket', 'generic'])('of type %s is not carried over, and noted', (type) => {
    const { triggers, notes } = transform(
      aBuildConfig({ type: 'ConfigChange' }, { type: 'Any', [type]: { secret: canary } }),
    );
    expect(triggers).toEqual([{ type: 'ConfigChange' }]);
    expect(notes).toEqual([
      `its ${type} webhook is not carried over: the secret stands in the BuildConfig itself; use secretReference`,
    ]);
  });

  it('keeps its reference to a Secret, without the text', () => {
    const { triggers, notes } = transform(aBuildConfig({ type: 'GitHub', github: { secret: canary, ...reference } }));
    expect(triggers).toEqual([{ type: 'GitHub', github: reference }]);
    expect(notes).toEqual(["the text of its github webhook's secret is not carried over: its secretReference is kept"]);
  });

  it('is removed with all others of its kind, while image triggers move and keep their order', () => {
    const hook = { type: 'Generic', generic: { secret: canary } };
    const follows = (name: string, namespace: string): object => ({
      type: 'ImageChange',
      imageChange: { from: { kind: 'ImageStreamTag', name, namespace } },
    });
    const { triggers, notes } = transform(aBuildConfig(hook, follows('a:1', 'shop'), hook, follows('b:1', 'shop')));
    expect(triggers).toEqual([follows('a:1', 'store'), follows('b:1', 'store')]);
    expect(notes).toHaveLength(2);
  });

  it('leaves no empty list behind', () => {
    expect(transform(aBuildConfig({ type: 'GitLab', gitlab: { secret: canary } })).triggers).toBeUndefined();
  });
});

describe('a webhook that names a Secret', () => {
  it('is not changed, without a note', () => {
    const trigger = { type: 'GitHub', github: reference };
    expect(transform(aBuildConfig(trigger))).toEqual({ triggers: [trigger], notes: [] });
  });
});

import { describe, expect, it } from 'vitest';

import { yamlCodec } from '../../../../src/adapters/yaml/yaml-codec.ts';
import type { Resource } from '../../../../src/domain/kube/resource.ts';
import type { MoveAnswers } from '../../../../src/domain/schemas/documents.ts';
import { checkPatches, previewChanges } from '../../../../src/usecases/planning/preview-changes.ts';
import { aClaim, anInventory, complete, named } from '../../../builders/planning.ts';
import { silentLog } from '../../../builders/test-cluster.ts';

const settings: Resource = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', namespace: 'shop', uid: 'uid-settings', resourceVersion: '1' },
  data: { colour: 'red' },
};
const pod: Resource = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'web',
    namespace: 'shop',
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web' }],
  },
};
const resources = [settings, pod, aClaim('data')];

async function preview(more: Partial<MoveAnswers> = {}) {
  const inventory = await anInventory({ resources });
  const answers = complete(inventory, { destination: { namespace: 'store' }, ...more });
  const input = { inventory, answers, resources };
  return previewChanges(input, () => true, { yaml: yamlCodec, log: silentLog });
}

const patches = `target: { kind: ConfigMap, name: settings }
patch: [{ op: replace, path: /data/colour, value: blue }]
`;

describe('previewChanges', () => {
  it('says what becomes of each object', async () => {
    const found = await preview();
    expect(found.map(({ resource, state }) => `${resource.kind} ${state}`)).toEqual([
      'ConfigMap changed',
      'Pod left-out',
      'PersistentVolumeClaim claim',
    ]);
    expect(found[0]?.after).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings', namespace: 'store' },
      data: { colour: 'red' },
    });
    expect(found[1]?.message).not.toBe('');
  });

  it('has the patches of the user, and the plugins that are left', async () => {
    const [patched] = await preview({ changes: { patches } });
    expect(patched?.after?.['data']).toEqual({ colour: 'blue' });
    const [kept] = await preview({ changes: { skipPlugins: ['KubernetesPlugin'] } });
    expect(kept?.after?.metadata['uid']).toBe('uid-settings');
  });

  it('says which patch cannot be applied', async () => {
    const test = patches.replace('op: replace', 'op: test');
    const [failed] = await preview({ changes: { patches: test } });
    expect(failed).toMatchObject({ state: 'failed', after: undefined });
    expect(failed?.message).not.toBe('');
  });
});

describe('checkPatches', () => {
  it.each([
    ['', []],
    [patches, []],
    [`---\n${patches}---\n`, []],
    ['target: [', ['error patch-invalid changes.patches']],
    ['patch: []', ['error patch-invalid changes.patches']],
  ])('reads %j', async (text, expected) => {
    const { changes } = complete(await anInventory(), { changes: { patches: text } });
    expect(named(checkPatches(changes, yamlCodec))).toEqual(expected);
  });
});

import { describe, expect, it } from 'vitest';

import { useApplyScene } from '../../fakes/apply-scene.ts';

const scene = useApplyScene();

describe('a dry run', () => {
  it('says what would be created, changed and left alone, by content, and stores nothing', async () => {
    const settings = (a: string) => scene.anObject('v1 ConfigMap', 'settings', { data: { a } });
    await scene.put('output/settings.yaml', settings('1'));
    await scene.put('output/web.yaml', scene.aDeployment('web'));
    await scene.put('output/account.yaml', scene.anObject('v1 ServiceAccount', 'worker'));
    expect((await scene.applyFiles()).exitCode).toBe(0);
    const version = await scene.get('configmap', 'settings', '{.metadata.resourceVersion}');
    const same = await scene.applyFiles('--dry-run=true');
    expect(same.results).toMatchObject({ 'unchanged-count': '3', 'changed-count': '0' });
    await scene.put('output/settings.yaml', settings('2'));
    await scene.put('output/new.yaml', scene.anObject('v1 ConfigMap', 'new'));
    const changed = await scene.applyFiles('--dry-run=true');
    expect(changed.results).toMatchObject({ 'unchanged-count': '2', 'changed-count': '1', 'created-count': '1' });
    expect(await scene.get('configmap', 'settings', '{.metadata.resourceVersion}')).toBe(version);
  });

  it('counts labels, added keys and removed keys as changes', async () => {
    const map = (metadata: object, data: object) => {
      const object = scene.anObject('v1 ConfigMap', 'one', { data }) as { readonly metadata: object };
      return { ...object, metadata: { ...object.metadata, ...metadata } };
    };
    await scene.put('output/one.yaml', map({ labels: { a: 'b' } }, { a: '1', b: '2' }));
    await scene.applyFiles();
    for (const [metadata, data] of [
      [{ labels: { a: 'c' } }, { a: '1', b: '2' }],
      [{}, { a: '1', b: '2' }],
      [{ labels: { a: 'b' } }, { a: '1' }],
      [
        { labels: { a: 'b' }, annotations: { x: 'y' } },
        { a: '1', b: '2' },
      ],
    ] as const) {
      await scene.put('output/one.yaml', map(metadata, data));
      expect((await scene.applyFiles('--dry-run=true')).results['changed-count']).toBe('1');
    }
  });
});

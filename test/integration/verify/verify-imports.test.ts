import { describe, expect, it } from 'vitest';

import { useApplyScene } from '../../fakes/apply-scene.ts';

// Longer than the end of an apply and the start of a verification take on a busy computer.
const importSeconds = 8;
const scene = useApplyScene({ importSeconds });
const type = 'image.openshift.io/v1 ImageStreamTag';

async function apply(image: string): Promise<void> {
  await scene.cluster.outside.pushImage('library/web', '1', 'web');
  const from = { kind: 'DockerImage', name: `${scene.cluster.publicName}/${image}` };
  await scene.put('output/tag.yaml', scene.anObject(type, 'web:1', { tag: { from } }));
  expect((await scene.applyFiles()).exitCode).toBe(0);
}

function verify(seconds: number) {
  return scene.run(
    'crane-verify',
    '--destination-context=local',
    '--output-dir=output',
    `--ready-timeout=${String(seconds)}`,
  );
}

async function verdict(): Promise<string | undefined> {
  return (await scene.verdicts('verify', 'crane-verify'))[`${type} web:1`];
}

describe('verifying a tag whose image is being imported', () => {
  it('waits for the import, then compares', async () => {
    await apply('library/web:1');
    expect((await verify(0)).exitCode).toBe(4);
    expect(await verdict()).toBe('not-imported');
    expect((await verify(60)).exitCode).toBe(0);
    expect(await verdict()).toBe('equal');
  });

  it('reports a failed import with the message of the server, and does not wait for it', async () => {
    await apply('library/nowhere:1');
    await new Promise((resolve) => setTimeout(resolve, (importSeconds + 1) * 1000));
    const begun = Date.now();
    const { exitCode, stderr } = await verify(60);
    expect([exitCode, await verdict()]).toEqual([4, 'import-failed']);
    expect(stderr).toMatch(/import-failed .*nowhere/);
    expect(Date.now() - begun).toBeLessThan(30_000);
  });

  it('is repeated by an apply that finds it as planned, with its UID, and rolled back', async () => {
    await apply('library/web:1');
    await scene.applyFiles();
    expect((await scene.verdicts())[`${type} web:1`]).toBe('unchanged');
    const flags = ['--context=local', `--namespace=${scene.namespace}`, '--applied-dir=output', '--wait-timeout=2'];
    expect((await scene.run('crane-rollback', ...flags)).exitCode).toBe(0);
    const verdicts = await scene.verdicts('rollback', 'crane-rollback');
    expect(verdicts).toEqual({ [`${type} web:1`]: 'deleted', 'image.openshift.io/v1 ImageStream web': 'deleted' });
  });
});

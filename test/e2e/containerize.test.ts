import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { answer } from '../../testbed/notebook/ask-server.ts';
import { publishSceneImage } from '../../testbed/notebook/build-images.ts';
import { installedPackages } from '../../testbed/notebook/notebook.ts';
import { plant, plantNames, removePlanted } from '../../testbed/notebook/plant.ts';
import {
  deployScene,
  makeNamespace,
  removeNamespace,
  sceneNotebook,
  scenePoints,
  type Scene,
} from '../../testbed/notebook/scene.ts';
import { startSinglePod } from '../../testbed/notebook/single-pods.ts';
import { localKubectl } from '../../testbed/demo/kubectl.ts';

const source = localKubectl('source');
const destination = localKubectl('destination');
const names = { app: 'notebook', copy: 'notebook-copy' };
let scene: Scene;

beforeAll(async () => {
  [scene] = await Promise.all([
    deployScene({ kubectl: source, namespace: names.app }),
    makeNamespace(destination, names.copy),
  ]);
});

afterAll(() => Promise.all([removeNamespace(source, names.app), removeNamespace(destination, names.copy)]));

describe('a notebook server', () => {
  it('runs its notebook with the packages of all areas', async () => {
    const proof = await answer(scene, { token: scene.values.serverToken, notebook: sceneNotebook });
    expect(proof).toEqual({
      packages: { ...installedPackages.library, ...installedPackages.container, ...installedPackages.home },
      variables: { COURSE: 'statistics-101', COURSE_TITLE: 'Statistics for beginners', PYTHONPATH: '/app-library' },
      secrets: ['API_KEY', 'DATABASE_URL', 'DB_PASSWORD', 'JUPYTERHUB_API_TOKEN', 'JUPYTER_TOKEN'],
      script: expect.stringContaining('1  2') as string,
      points: scenePoints,
    });
  });

  it('has none of them in its own image', async () => {
    const token = 'given-by-the-user';
    const place = await startSinglePod({
      kubectl: destination,
      namespace: names.copy,
      name: 'lab',
      image: scene.images.lab,
      environment: { JUPYTER_TOKEN: token },
      port: 8888,
    });
    const proof = await answer(place, { token });
    expect(new Set(Object.values(proof.packages))).toEqual(new Set([null]));
    expect(proof).toMatchObject({ secrets: ['JUPYTER_TOKEN'], script: null, points: null });
  });

  it('has values in files of all kinds, until they are removed', async () => {
    const planted = await plant(scene, plantNames);
    const list = ['exec', scene.target, '-n', names.app, '-c', 'lab', '--', 'find', '/app-library', '/files'];
    const found = (await source.run(list)).split('\n');
    expect(found).toEqual(expect.arrayContaining(planted.map(({ path }) => path)));
    await removePlanted(scene);
    expect((await source.run(list)).split('\n').filter((path) => path.includes('planted'))).toEqual([]);
  });
});

describe('containers with few programs', () => {
  it.concurrent.each([
    ['scratch', []],
    ['busybox', ['sh', 'find', 'tar']],
    ['minimal', ['sh', 'find']],
  ] as const)('%s', async (name, programs) => {
    const image = await publishSceneImage(name);
    const { target } = await startSinglePod({ kubectl: source, namespace: names.app, name, image });
    const works = (program: string): Promise<boolean> =>
      source
        .run(['exec', target, '-n', names.app, '--', program, ...(program === 'sh' ? ['-c', ':'] : ['--help'])])
        .then(
          () => true,
          () => false,
        );
    const found = [];
    for (const program of ['sh', 'find', 'tar']) if (await works(program)) found.push(program);
    expect(found).toEqual(programs);
  });
});

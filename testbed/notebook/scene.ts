import { timed } from '../clusters/progress.ts';
import type { Kubectl } from '../demo/kubectl.ts';
import { publishSceneImage } from './build-images.ts';
import { analysisNotebook, installedPackages } from './notebook.ts';
import { restricted, sceneObjects, type SceneImages } from './objects.ts';
import { runPython, type ServerPlace } from './run-python.ts';
import { makeSecretValues, type SecretValues } from './secret-values.ts';

/** A running notebook server with its files. Its container is called `lab`. */
export interface Scene extends ServerPlace {
  readonly images: SceneImages;
  readonly values: SecretValues;
}

/** The notebook of a scene, below the root folder of the server. */
export const sceneNotebook = 'analysis.ipynb';
/** The data file of the workspace. */
export const scenePoints = 'x,y\n1,2\n3,4\n';

export interface SceneOptions {
  readonly kubectl: Kubectl;
  /** Of this scene alone; removed first. */
  readonly namespace: string;
  readonly tokenInArguments?: boolean;
}

/**
 * Deploys JupyterLab as its users start it: packages in a claim, in the container and in HOME, a workspace, Secrets, an
 * add-on. Waits until the server answers and all is installed.
 */
export async function deployScene({ kubectl, namespace, tokenInArguments = false }: SceneOptions): Promise<Scene> {
  const [lab, busybox] = [await publishSceneImage('lab'), await publishSceneImage('busybox')];
  const values = makeSecretValues();
  const images = { lab, busybox };
  const scene: Scene = { kubectl, namespace, target: 'deployment/lab', images, values };
  await makeNamespace(kubectl, namespace);
  await timed(`deploy the notebook server in ${namespace}`, async () => {
    await kubectl.apply(sceneObjects({ namespace, images, values, tokenInArguments }), namespace);
    await kubectl.run(['rollout', 'status', scene.target, '-n', namespace, '--timeout=200s']);
  });
  await timed(`install packages and write files in ${namespace}`, () => fillScene(scene));
  return scene;
}

/** Makes an empty namespace. Unless other labels are given, Pod Security refuses whatever is not `restricted` there. */
export async function makeNamespace(kubectl: Kubectl, name: string, labels: object = restricted): Promise<void> {
  await removeNamespace(kubectl, name);
  await kubectl.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }]);
}

/** Removes a namespace, and waits until it is gone. */
async function removeNamespace(kubectl: Kubectl, name: string): Promise<void> {
  await kubectl.run(['delete', 'namespace', name, '--ignore-not-found', '--timeout=200s']);
}

/** Has the cluster remove a namespace. The next that makes it waits until it is gone. */
export async function leaveNamespace(kubectl: Kubectl, name: string): Promise<void> {
  await kubectl.run(['delete', 'namespace', name, '--ignore-not-found', '--wait=false']);
}

function fillScene(scene: Scene): Promise<void> {
  const files = {
    [`/files/${sceneNotebook}`]: analysisNotebook(),
    '/files/data/points.csv': scenePoints,
    '/home/jovyan/.ssh/id_rsa': scene.values.homeKey,
    '/home/jovyan/.bash_history': `export DB_PASSWORD=${scene.values.password}\n`,
  };
  const packages = Object.entries(installedPackages).map(([place, found]) => [place, Object.keys(found)]);
  return runPython(scene, 'fill.py', { packages: Object.fromEntries(packages) as object, files });
}

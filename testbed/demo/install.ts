import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

import { execa } from 'execa';

import { buildListedImage } from '../../scripts/images/build-images.ts';
import { ownPlatform } from '../../scripts/images/programs-of-platform.ts';
import { pushImage } from '../clusters/image-store.ts';
import { checkoutCacheFolder, repositoryRoot } from '../clusters/places.ts';
import { timed } from '../clusters/progress.ts';
import type { ClusterName } from '../clusters/sites.ts';
import type { Kubectl } from './kubectl.ts';

/**
 * Builds the images of the tasks from the present bundle and gives the reference by which a cluster's own nodes pull the
 * one without helm. The other is beside it, under the name helm-runner.
 */
export async function loadTaskImage(cluster: ClusterName = 'destination'): Promise<string> {
  const image = await buildListedImage('task-runner', ownPlatform);
  const withHelm = await buildListedImage('helm-runner', ownPlatform);
  await pushImage(withHelm, cluster, `platform/helm-runner:${image.tag}`);
  return pushImage(image, cluster, `platform/task-runner:${image.tag}`);
}

/** The image of the tasks that run helm, beside the one of the others. An image of another name runs all tasks. */
function helmImageFor(image: string): string {
  return image.replace(/\/task-runner(?=[:@][^/]*$)/, '/helm-runner');
}

/** Installs Tasks, Pipelines and the account of the runs with one `kubectl apply -k`, the image overridden. */
export async function installTasks(kubectl: Kubectl, namespace: string, image: string): Promise<void> {
  await installForm(kubectl, { parts: ['tasks', 'pipelines'], namespace, image });
}

export interface FormInstall {
  /** Folders of the repository with a kustomization each. */
  readonly parts: readonly string[];
  readonly namespace: string;
  readonly image: string;
  /** Image of the helper pods that copy volumes, where volumes are moved. */
  readonly transferImage?: string;
}

/** Installs folders of the repository as a user would, with an overlay that sets namespace and image. */
export async function installForm(kubectl: Kubectl, install: FormInstall): Promise<void> {
  await mkdir(checkoutCacheFolder, { recursive: true });
  const folder = await mkdtemp(join(checkoutCacheFolder, 'install-'));
  try {
    await apply(kubectl, folder, install);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function apply(kubectl: Kubectl, folder: string, install: FormInstall): Promise<void> {
  const overlay = await readFile('samples/install/image-fields.yaml', 'utf8');
  await writeFile(join(folder, 'image-fields.yaml'), overlay);
  await writeFile(join(folder, 'kustomization.yaml'), formatOverlay({ folder, ...install }));
  await timed(`install ${install.parts.join(' and ')} into namespace ${install.namespace}`, () =>
    kubectl.run(['apply', '--server-side', '--force-conflicts', '-k', folder]),
  );
}

/** The size of the task image as it is pulled, in MiB: compressed layers. */
export async function imageSize(reference: string): Promise<number> {
  const { stdout } = await execa('nsenter', [
    '--net=/run/netns/crane-destination',
    'skopeo',
    'inspect',
    '--raw',
    '--tls-verify=false',
    `docker://${reference}`,
  ]);
  const manifest: unknown = JSON.parse(stdout);
  const sizes = [...JSON.stringify(manifest).matchAll(/"size":(\d+)/g)].map((match) => Number(match[1]));
  return Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1024 / 1024);
}

function formatOverlay(install: FormInstall & { folder: string }): string {
  const { folder, parts, namespace, image, transferImage } = install;
  return [
    'apiVersion: kustomize.config.k8s.io/v1beta1',
    'kind: Kustomization',
    `namespace: ${namespace}`,
    'resources:',
    ...parts.map((part) => `  - ${relative(folder, join(repositoryRoot, part))}`),
    'images:',
    ...formatImage('task-runner', image),
    ...formatImage('helm-runner', helmImageFor(image)),
    ...(transferImage === undefined ? [] : formatImage('transfer', transferImage)),
    'configurations:',
    '  - image-fields.yaml',
    '',
  ].join('\n');
}

function formatImage(name: string, image: string): readonly string[] {
  const colon = image.lastIndexOf(':');
  return [
    `  - name: ghcr.io/crane-tasks/${name}`,
    `    newName: ${image.slice(0, colon)}`,
    `    newTag: "${image.slice(colon + 1)}"`,
  ];
}

import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';

import { execa } from 'execa';

/** An image as it was published. */
export interface Pin {
  /** Last part of its name, as in `task-runner`. */
  readonly name: string;
  /** Registry and path, without tag. */
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

/** Each form by the folders of the repository that it is made of. */
export const releasedForms: Readonly<Record<string, readonly string[]>> = {
  install: ['tasks', 'pipelines'],
  'cluster-tasks': ['forms/cluster-tasks'],
  'cluster-resolver': ['forms/cluster-resolver'],
  bundles: ['forms/bundles'],
  roles: ['forms/roles'],
};

/** What the forms of a release name. */
export interface Published {
  readonly images: readonly Pin[];
  /** Registry and path of the bundles. */
  readonly bundles: string;
}

/** Registry and path of the images and of the bundles as the manifests name them. */
export const namedRegistry = 'ghcr.io/crane-tasks';
export const namedBundles = `${namedRegistry}/bundles`;

/**
 * Writes each form as one file that `kubectl apply -f` takes, every image named by tag and digest. Kustomize does it, as in
 * an overlay of a user.
 */
export async function writePinnedForms(folder: string, published: Published, kubectl: string): Promise<void> {
  for (const [form, parts] of Object.entries(releasedForms)) {
    const place = join(folder, `${form}-overlay`);
    await mkdir(place, { recursive: true });
    await copyFile('samples/install/image-fields.yaml', join(place, 'image-fields.yaml'));
    await writeFile(join(place, 'kustomization.yaml'), JSON.stringify(overlayOf(place, parts, published)));
    const { stdout } = await execa(kubectl, ['kustomize', place], { stripFinalNewline: false });
    await writeFile(join(folder, `${form}.yaml`), stdout);
    await rm(place, { recursive: true });
  }
}

/** `name:tag@digest`. */
export function formatPin({ repository, tag, digest }: Pin): string {
  return `${repository}:${tag}@${digest}`;
}

function overlayOf(place: string, parts: readonly string[], { images, bundles }: Published): object {
  return {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: parts.map((part) => relative(resolve(place), resolve(part))),
    images: [
      ...images.map(({ name, repository, tag, digest }) => ({
        name: `${namedRegistry}/${name}`,
        newName: repository,
        newTag: tag,
        digest,
      })),
      // The default of a param of Pipelines, which kustomize changes as it changes the name of an image.
      { name: namedBundles, newName: bundles },
    ],
    configurations: ['image-fields.yaml'],
  };
}

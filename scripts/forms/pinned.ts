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

/**
 * Writes each form as one file that `kubectl apply -f` takes, every image named by tag and digest. Kustomize does it, as in
 * an overlay of a user's own.
 */
export async function writePinnedForms(folder: string, pins: readonly Pin[], kubectl: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  for (const [form, parts] of Object.entries(releasedForms)) {
    const place = join(folder, `${form}-overlay`);
    await mkdir(place, { recursive: true });
    await copyFile('samples/install/image-fields.yaml', join(place, 'image-fields.yaml'));
    await writeFile(join(place, 'kustomization.yaml'), JSON.stringify(overlayOf(place, parts, pins)));
    const { stdout } = await execa(kubectl, ['kustomize', place], { stripFinalNewline: false });
    await writeFile(join(folder, `${form}.yaml`), stdout);
    await rm(place, { recursive: true });
  }
}

/** `name:tag@digest`. */
export function formatPin({ repository, tag, digest }: Pin): string {
  return `${repository}:${tag}@${digest}`;
}

function overlayOf(place: string, parts: readonly string[], pins: readonly Pin[]): object {
  return {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: parts.map((part) => relative(resolve(place), resolve(part))),
    images: pins.map(({ name, repository, tag, digest }) => ({
      ...{ name: `ghcr.io/crane-tasks/${name}`, newName: repository },
      ...{ newTag: tag, digest },
    })),
    configurations: ['image-fields.yaml'],
  };
}

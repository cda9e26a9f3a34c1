import { epinioNeeds } from '../../domain/app/epinio.ts';
import type { ImageInventory } from '../../domain/app/image-inventory.ts';
import { findOutsideObjects, findOwnClaims } from '../../domain/app/outside-objects.ts';
import type { Release } from '../../domain/helm/release.ts';
import type { UnreadObject } from '../../domain/helm/rendered-objects.ts';
import type { Resource } from '../../domain/kube/resource.ts';
import type { AppItem } from './export-ports.ts';

/** What a release needs that is not part of an export, each with its name. */
export function outsideItems(release: Release, objects: readonly Resource[]): readonly AppItem[] {
  const needs = epinioNeeds(release.config);
  const at = (kind: string, name: string): string => `${kind} ${release.namespace}/${name}`;
  const configurations = new Set(needs?.configurations ?? []);
  const objectsByName = new Map(
    findOutsideObjects(objects).map(({ kind, name }) => [
      at(kind, name),
      kind === 'Secret' && configurations.has(name),
    ]),
  );
  for (const name of configurations) objectsByName.set(at('Secret', name), true);
  for (const name of needs?.certificates ?? []) objectsByName.set(at('Secret', name), false);
  const items = [...objectsByName]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(
      ([id, isConfiguration]): AppItem => ({
        id,
        outcome: 'skipped',
        reason: 'not-in-export',
        ...(isConfiguration ? { message: 'a configuration or service of the application' } : {}),
      }),
    );
  const claims = findOwnClaims(objects).map(
    (name): AppItem => ({ id: at('PersistentVolumeClaim', name), outcome: 'skipped', reason: 'data-not-in-export' }),
  );
  if (needs?.image === undefined) return [...items, ...claims];
  return [...items, ...claims, { id: `epinio.imageURL ${needs.image}`, outcome: 'skipped', reason: 'origin-address' }];
}

/** Objects of a release that have a kind, but no apiVersion or no name. */
export function unreadItems(unread: readonly UnreadObject[]): readonly AppItem[] {
  return unread.map(({ kind, template }) => ({
    id: `${kind} of ${template ?? 'the manifest'}`,
    outcome: 'skipped',
    reason: 'object-not-read',
  }));
}

/** Texts that look like images, and image fields that hold something else. The list is never complete. */
export function mentionItems({ mentions, invalid }: ImageInventory): readonly AppItem[] {
  const place = (path: string): string => (path === '' ? '' : ` at ${path}`);
  return [
    ...mentions.map(
      ({ text, object, path }): AppItem => ({
        id: `text ${text}`,
        outcome: 'skipped',
        reason: 'image-mention',
        message: `${object}${place(path)}. If it is an image, add it to extra-images.`,
      }),
    ),
    ...invalid.map(
      ({ text, object, path }): AppItem => ({
        id: `text ${text}`,
        outcome: 'skipped',
        reason: 'image-mention',
        message: `invalid image name of ${object}${place(path)}`,
      }),
    ),
  ];
}

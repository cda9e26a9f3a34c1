import type { ImageLocation } from '../../oci/image-location.ts';
import type { SyncPlan } from '../plan/sync-plan.ts';
import { tagOfDigest } from '../plan/sync-plan.ts';

/**
 * The plan's images as a source file of `skopeo sync --src yaml` (skopeo-sync(1), "YAML file content"). Each repository
 * lists its tags one by one, or digests where there is no tag; a list is never empty, since skopeo would take all tags.
 * A comment beside each tag says what it meant at export.
 */
export function formatSkopeoSource(plan: SyncPlan): string {
  const hosts = new Map<string, Map<string, string[]>>();
  if (plan.source.registry !== '') hosts.set(plan.source.registry, new Map());
  for (const { source, digest, tags } of plan.images) {
    const own = tags.filter((tag) => tag !== tagOfDigest(digest));
    addLines(hosts, source, own.length === 0 ? [quote(digest)] : own.map((tag) => `${quote(tag)} # ${digest}`));
  }
  for (const { source, tag } of plan.unpinned ?? []) addLines(hosts, source, [quote(tag)]);
  if (hosts.size === 0) return '{}\n';
  return [...hosts].map(([host, repositories]) => formatHost(host, repositories)).join('');
}

function addLines(
  hosts: Map<string, Map<string, string[]>>,
  { host, path }: ImageLocation,
  lines: readonly string[],
): void {
  const repositories = hosts.get(host) ?? new Map<string, string[]>();
  repositories.set(path, [...(repositories.get(path) ?? []), ...lines]);
  hosts.set(host, repositories);
}

function formatHost(host: string, repositories: ReadonlyMap<string, readonly string[]>): string {
  if (repositories.size === 0) return `${quote(host)}:\n  "images": {}\n`;
  const blocks = [...repositories].map(([path, lines]) => {
    const entries = [...lines].sort().map((line) => `      - ${line}\n`);
    return `    ${quote(path)}:\n${entries.join('')}`;
  });
  return `${quote(host)}:\n  "images":\n${blocks.sort().join('')}`;
}

// A JSON string is a YAML string, and no reader takes a quoted 1.10 for a number.
function quote(text: string): string {
  return JSON.stringify(text);
}

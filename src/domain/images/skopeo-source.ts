import { keepTag, type SyncPlan } from './sync-plan.ts';

/**
 * The plan's images as a source file of `skopeo sync --src yaml` (skopeo-sync(1), "YAML file content"). Each repository
 * lists its tags one by one, or digests where there is no tag; a list is never empty, since skopeo would take all tags.
 * A comment beside each tag says what it meant at export.
 */
export function formatSkopeoSource(plan: SyncPlan): string {
  const repositories = new Map<string, string[]>();
  for (const { source, digest, tags } of plan.images) {
    const path = source.slice(source.indexOf('/') + 1);
    const own = tags.filter((tag) => tag !== keepTag(digest));
    const lines = own.length === 0 ? [quote(digest)] : own.map((tag) => `${quote(tag)} # ${digest}`);
    repositories.set(path, [...(repositories.get(path) ?? []), ...lines]);
  }
  const host = quote(plan.source.registry);
  if (repositories.size === 0) return `${host}:\n  "images": {}\n`;
  const blocks = [...repositories].map(([path, lines]) => {
    const entries = [...lines].sort().map((line) => `      - ${line}\n`);
    return `    ${quote(path)}:\n${entries.join('')}`;
  });
  return `${host}:\n  "images":\n${blocks.sort().join('')}`;
}

// A JSON string is a YAML string, and no reader takes a quoted 1.10 for a number.
function quote(text: string): string {
  return JSON.stringify(text);
}

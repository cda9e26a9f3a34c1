import { parseImageReference } from './image-reference.ts';
import { keepTag, type SyncPlan } from './sync-plan.ts';

/**
 * The plan's images as a source file of `skopeo sync --src yaml` (skopeo-sync(1), "YAML file content"). Each repository
 * lists its tags one by one, or digests where there is no tag; a list is never empty, since skopeo would take all tags.
 * A comment beside each tag says what it meant at export.
 */
export function formatSkopeoSource(plan: SyncPlan): string {
  const repositories = new Map<string, string[]>();
  for (const { source, digest, tags } of plan.images) {
    const path = parseImageReference(source)?.path ?? source;
    const own = tags.filter((tag) => tag !== keepTag(digest));
    const lines = own.length === 0 ? [quote(digest)] : own.map((tag) => `${quote(tag)} # ${digest}`);
    repositories.set(path, [...(repositories.get(path) ?? []), ...lines]);
  }
  const host = quote(plan.source.registry);
  if (repositories.size === 0) return `${host}:\n  "images": {}\n`;
  const blocks = [...repositories]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(
      ([path, lines]) =>
        `    ${quote(path)}:\n${[...lines]
          .sort()
          .map((line) => `      - ${line}\n`)
          .join('')}`,
    );
  return `${host}:\n  "images":\n${blocks.join('')}`;
}

// A JSON string is a YAML string, and no reader takes a quoted 1.10 for a number.
function quote(text: string): string {
  return JSON.stringify(text);
}

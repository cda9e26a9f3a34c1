import type { ImageClass, SkippedImage } from '../../schemas/documents.ts';
import type { OpenMention } from '../workload-images.ts';

/** What a plan says about texts that name a repository or a registry without a tag or digest: an entry for each name. */
export function openMentions(mentions: readonly OpenMention[], imageClass: ImageClass): readonly SkippedImage[] {
  const users = new Map<string, Set<string>>();
  for (const { name, by } of mentions) users.set(name, (users.get(name) ?? new Set<string>()).add(by));
  return [...users].map(([image, by]) => ({
    image,
    class: imageClass,
    reason: 'named-without-tag',
    message: 'a text names it without tag or digest, so it is unknown which image is needed',
    usedBy: [...by].sort(),
  }));
}

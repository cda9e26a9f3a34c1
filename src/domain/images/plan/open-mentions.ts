import { collectSets } from '../../core/collect-sets.ts';
import type { ImageClass, SkippedImage } from '../../schemas/documents.ts';
import type { OpenMention } from '../workload-images.ts';

/** What a plan says about texts that name a repository or a registry without a tag or digest: an entry for each name. */
export function openMentions(mentions: readonly OpenMention[], imageClass: ImageClass): readonly SkippedImage[] {
  const users = collectSets(mentions.map(({ name, by }) => [name, by]));
  return [...users].map(([image, by]) => ({
    image,
    class: imageClass,
    reason: 'named-without-tag',
    message: 'a text names it without tag or digest, so it is unknown which image is needed',
    usedBy: [...by].sort(),
  }));
}

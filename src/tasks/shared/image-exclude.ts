import { parseImageExclude, type ImagePattern } from '../../domain/images/plan/image-choice.ts';

/** Reads the param image-exclude. The reader of regular expressions is loaded only for an entry that has one. @throws TaskError */
export async function readImageExclude(text: string): Promise<readonly ImagePattern[]> {
  if (!text.includes(':/')) return parseImageExclude(text);
  const { tagFilters } = await import('../../adapters/tags/tag-filters.ts');
  return parseImageExclude(text, tagFilters);
}

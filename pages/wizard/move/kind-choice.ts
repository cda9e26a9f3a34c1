import { choosesKind } from '../../../src/domain/planning/chosen-kinds.ts';
import type { MoveAnswers } from '../../../src/domain/schemas/documents.ts';

type Source = MoveAnswers['source'];

/** The source with one kind chosen or left out. An entry that names other kinds too, such as `*.group`, is kept. */
export function withKind(source: Source, plural: string, isChosen: boolean): Source {
  const { includeResources = [], excludeResources = [], ...rest } = source;
  const others = excludeResources.filter((each) => each !== plural);
  if (!isChosen) return kindsOf(rest, includeResources, [...others, plural]);
  const isTaken = choosesKind({ includeResources, excludeResources: others })(plural);
  return kindsOf(rest, isTaken ? includeResources : [...includeResources, plural], others);
}

function kindsOf(rest: Source, includeResources: readonly string[], excludeResources: readonly string[]): Source {
  return {
    ...rest,
    ...(includeResources.length === 0 ? {} : { includeResources }),
    ...(excludeResources.length === 0 ? {} : { excludeResources }),
  };
}

import { TaskError } from '../../core/errors.ts';
import type { Item } from '../../reports/outcome.ts';
import type { TransformOptions } from '../transform-options.ts';

/**
 * Reports the kinds of `include-only` and `extra-whiteouts` that the export lacks: a name in another form has no effect.
 * @throws TaskError `nothing-found` when `include-only` names no kind of the export
 */
export function checkChoice(
  kinds: ReadonlySet<string>,
  { includeOnly, extraWhiteouts }: TransformOptions,
): readonly Item<'transform'>[] {
  if (kinds.size === 0) return [];
  const isEmpty = includeOnly.size > 0 && ![...includeOnly].some((kind) => kinds.has(kind));
  const [chosen, found] = [includeOnly, kinds].map((each) => [...each].toSorted().join(', '));
  if (isEmpty)
    throw new TaskError(
      'nothing-found',
      `choosing kinds by include-only=${String(chosen)}: the export has none of them`,
      {
        remedy: `Write kinds as Kind.group. The export has ${String(found)}.`,
      },
    );
  // With a choice of kinds, those to leave out have no effect.
  const [flag, named] = includeOnly.size > 0 ? ['include-only', includeOnly] : ['extra-whiteouts', extraWhiteouts];
  return [...named]
    .filter((kind) => !kinds.has(kind))
    .toSorted()
    .map((kind) => ({
      id: `${flag} ${kind}`,
      outcome: 'skipped',
      reason: 'kind-absent',
      message: `the export has ${String(found)}`,
    }));
}

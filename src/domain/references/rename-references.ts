import { replaceAt, type Operation } from '../kube/json-patch.ts';
import { formatPointer } from '../kube/json-pointer.ts';
import type { Place, Reference } from './find-references.ts';

interface Edit extends Place {
  readonly replacement: string;
}

/** What is called otherwise. */
export interface Renames {
  /** Namespaces, by their names at the source. */
  readonly namespaces: ReadonlyMap<string, string>;
  /** The new name of an object; undefined: it keeps its own. */
  readonly nameOf: (reference: Reference) => string | undefined;
}

/** The changes of an object whose references follow a renaming. One operation for each text. */
export function renameReferences(references: readonly Reference[], renames: Renames): readonly Operation[] {
  const { namespaces, nameOf } = renames;
  const edits = references.flatMap((reference): readonly Edit[] => [
    ...editOf(reference.at, nameOf(reference)),
    ...editOf(reference.namespaceAt, namespaces.get(textOf(reference.namespaceAt))),
    ...editOf(reference.prefixedAt, renamePrefix(textOf(reference.prefixedAt), namespaces)),
  ]);
  const byText = Map.groupBy(edits, ({ path }) => formatPointer(path));
  return [...byText.values()].flatMap(applyEdits);
}

function applyEdits(edits: readonly Edit[]): readonly Operation[] {
  // Two rows of the table may name one place.
  const unique = [...new Map(edits.map((edit) => [edit.start, edit])).values()].sort((a, b) => b.start - a.start);
  return unique.slice(0, 1).map(({ path, text }) => replaceAt(path, unique.reduce(applyEdit, text)));
}

function applyEdit(text: string, { start, end, replacement }: Edit): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

function editOf(place: Place | undefined, replacement: string | undefined): readonly Edit[] {
  if (place === undefined || replacement === undefined || replacement === textOf(place)) return [];
  return [{ ...place, replacement }];
}

function textOf(place: Place | undefined): string {
  return place === undefined ? '' : place.text.slice(place.start, place.end);
}

// Namespaces may have dashes: the longest one that is renamed is meant.
function renamePrefix(text: string, namespaces: Renames['namespaces']): string | undefined {
  const [longest] = [...namespaces]
    .filter(([from]) => text.startsWith(`${from}-`))
    .sort(([a], [b]) => b.length - a.length);
  return longest === undefined ? undefined : `${longest[1]}${text.slice(longest[0].length)}`;
}

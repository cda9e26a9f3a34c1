import type { Path } from '../core/json-object.ts';

/** A string to set in a values file. */
export interface ValueEdit {
  /** Keys of maps, and indexes of lists. */
  readonly path: Path;
  readonly value: string;
}

/** Sets strings in YAML text, and leaves all other bytes as they are. `source` names the file in messages. */
export type EditValues = (text: string, edits: readonly ValueEdit[], source: string) => string;

import type { en } from './en.ts';

/** The form of a translation of `T`: each text of it. */
export type TextsOf<T> = { readonly [K in keyof T]: T[K] extends string ? string : TextsOf<T[K]> };

/** The form of a translation: each text of the English one. */
export type Texts = TextsOf<typeof en>;

import type { SummaryPackage } from '../schemas/documents.ts';

/** A package that was recognised by its own files. */
export type FoundPackage = SummaryPackage;

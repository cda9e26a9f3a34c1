/**
 * All files that a kustomization needs, by path in its folder: the text that was checked, or undefined for a file that
 * kustomize takes as it is.
 */
export type KustomizationFiles = ReadonlyMap<string, string | undefined>;

/**
 * The submodules of a tree: ids of their commits by path.
 * @param listed output of `git ls-tree -r -z`: `<mode> <type> <id><tab><path>`, each ended by NUL
 */
export function parseSubmodules(listed: string): ReadonlyMap<string, string> {
  const found = [...listed.matchAll(/(?:^|\0)160000 commit ([0-9a-f]+)\t([^\0]+)(?=\0)/g)];
  return new Map(found.map(([, id = '', path = '']) => [path, id]));
}

/** A pointer of Git LFS has fewer bytes: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md. */
export const largestLfsPointer = 1023;

/** Whether the text of a file stands for a content that is in another storage. */
export function isLfsPointer(text: string): boolean {
  return /^version https:\/\/(?:git-lfs\.github\.com|hawser\.github\.com)\/spec\/v1\n(?:.*\n)*?oid sha256:[0-9a-f]{64}\n/.test(
    text,
  );
}

/** A folder of a commit: its id in hex and its content as Git keeps it. */
export interface GitTree {
  readonly id: string;
  readonly content: Uint8Array;
}

interface TreeEntry {
  /** In hex. */
  readonly id: string;
  readonly name: string;
  readonly isTree: boolean;
}

/** The first place that is found of a file or a folder. */
interface Place {
  readonly tree: string;
  readonly name: string;
}

const idLength = 20;
/** Folders whose places are kept. With more of them, paths may begin below the root. */
const mostFolders = 500_000;
const deepest = 200;

/**
 * Finds the paths of files in a repository. A file that had several paths has one of them.
 * @param wanted ids of files in hex
 * @returns paths by id; without files that no tree has
 */
export function nameGitBlobs(
  trees: Iterable<GitTree>,
  wanted: ReadonlySet<string>,
  most = mostFolders,
): ReadonlyMap<string, string> {
  const places = new Map<string, Place>();
  for (const tree of trees) {
    for (const { id, name, isTree } of entriesOf(tree.content)) {
      const isNeeded = wanted.has(id) || (isTree && places.size < most);
      if (isNeeded && !places.has(id)) places.set(id, { tree: tree.id, name });
    }
  }
  return new Map([...wanted].filter((id) => places.has(id)).map((id) => [id, pathOf(id, places)]));
}

function pathOf(id: string, places: ReadonlyMap<string, Place>): string {
  const parts: string[] = [];
  for (let place = places.get(id); place !== undefined && parts.length < deepest; place = places.get(place.tree))
    parts.unshift(place.name);
  return parts.join('/');
}

/** `MODE NAME`, a zero byte and the id for each entry. A damaged end is left out. */
function* entriesOf(content: Uint8Array): Generator<TreeEntry, void, undefined> {
  const decoder = new TextDecoder();
  for (let at = 0; at < content.length; ) {
    const end = content.indexOf(0, at);
    if (end === -1) return;
    const head = decoder.decode(content.subarray(at, end));
    const space = head.indexOf(' ');
    at = end + 1 + idLength;
    const id = Array.from(content.subarray(end + 1, at), (byte) => byte.toString(16).padStart(2, '0')).join('');
    yield { id, name: head.slice(space + 1), isTree: head.slice(0, space) === '40000' };
  }
}

/** One repository on a server, and a local place to make commits for it. Trees and commits are named by their ids. */
export interface Git {
  /** The branch that the repository calls its own, and the commits of all branches. */
  heads(): Promise<{ readonly own: string | undefined; readonly tips: ReadonlyMap<string, string> }>;
  /** Fetches the last commit of a branch, and gives its id. */
  fetch(branch: string): Promise<string>;
  /** The tree of these files of the local folder, by their paths in it, byte for byte. Links are not followed. */
  snapshot(files: readonly string[]): Promise<string>;
  /** A commit's tree with a folder of it replaced; the whole tree for an empty folder. */
  place(parent: string | undefined, folder: string, tree: string): Promise<string>;
  treeOf(commit: string): Promise<string>;
  commit(content: { tree: string; parent: string | undefined; message: string }): Promise<string>;
  /** `behind`: the branch got other commits meanwhile. Throws TaskError for any other refusal. */
  push(target: { commit: string; branch: string; force: boolean }): Promise<'pushed' | 'behind'>;
}

/** One repository on a server, from which a commit is read. */
export interface GitReader {
  /**
   * The branches and tags whose name ends in a path, by their full names as `refs/heads/main`, or HEAD for `HEAD`; and
   * the branch that HEAD is.
   */
  refs(name: string): Promise<{ readonly own: string | undefined; readonly ids: ReadonlyMap<string, string> }>;
  /**
   * Fetches one ref or object without its history, and gives the id of its commit. Undefined: the server does not give it
   * alone. Throws TaskError for any other refusal.
   */
  fetch(wanted: string): Promise<string | undefined>;
  /** Fetches all branches and tags with their histories. */
  fetchAll(): Promise<void>;
  /** The id of the commit that a fetched object is or points to, by its id or the beginning of it. */
  commitOf(id: string): Promise<string | undefined>;
}

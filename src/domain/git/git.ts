/** One repository on a server, and a local place to make commits for it. Trees and commits are named by their ids. */
export interface Git {
  /** The branch that the repository calls its own, and the commits of all branches. */
  heads(): Promise<{ readonly own: string | undefined; readonly tips: ReadonlyMap<string, string> }>;
  /** Fetches the last commit of a branch, and gives its id. */
  fetch(branch: string): Promise<string>;
  /** The tree of the local folder, without `.git` and the given entries. */
  snapshot(excluded: readonly string[]): Promise<string>;
  /** A commit's tree with a folder of it replaced; the whole tree for an empty folder. */
  place(parent: string | undefined, folder: string, tree: string): Promise<string>;
  treeOf(commit: string): Promise<string>;
  commit(content: { tree: string; parent: string | undefined; message: string }): Promise<string>;
  /** `behind`: the branch got other commits meanwhile. Throws TaskError for any other refusal. */
  push(target: { commit: string; branch: string; force: boolean }): Promise<'pushed' | 'behind'>;
}

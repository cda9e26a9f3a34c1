/** A secret that was found. It never holds the value. */
export interface Finding {
  /** Path of the file, `image config`, `environment NAME`, `history`, `label NAME`, `start command`, … */
  readonly place: string;
  /** Within the place: `line 12`, `cell 3, output`, `member a/b.txt`, `commit 1a2b3c4 a/b.txt`; empty for the whole. */
  readonly detail: string;
  /** Id of the rule, such as `aws-access-token`, or `secret:<name of the Secret>/<key>`. */
  readonly rule: string;
  /** What the finding means for the run. */
  readonly weight: 'blocks' | 'known-package-file' | 'base-image' | 'allowed';
  /** Of an allowed finding: what the user gave. */
  readonly reason: string;
}

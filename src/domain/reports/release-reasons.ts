/** What became of a Helm release and of its workloads. */
export const releaseReasons = {
  installed: 'The release was installed.',
  upgraded: 'The release has a new revision.',
  unchanged: 'The release already has this content.',
  checked: 'The release can be installed. Nothing was changed.',
  'rolled-back': 'The release has the content of an earlier revision.',
  restarted: 'The pods of the workload were restarted.',
  scaled: 'The workload has another number of instances.',
  deleted: 'The release was deleted.',
  'gone-already': 'The release does not exist.',
  'left-over': 'The object is from an unfinished revision. The release no longer has it.',
  'not-ready': 'The workload did not become ready in time.',
} as const;

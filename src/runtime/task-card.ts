/**
 * Product families. The folder of a task below `src/tasks` has the name of its family. `terminal` are commands for people
 * at a terminal, which have no Tekton Task.
 */
export type Family = 'crane' | 'app' | 'terminal' | 'internal';

/** Titles of the overview and the stages of a move below each, both in the order of a move. */
export const stageGroups = [
  { title: 'Prepare and export', stages: ['connect', 'validate', 'export'] },
  { title: 'Workloads and volumes', stages: ['quiesce', 'transfer-volumes'] },
  { title: 'Images', stages: ['plan-images', 'copy-images'] },
  { title: 'Resources', stages: ['transform', 'render', 'apply'] },
  { title: 'Proof', stages: ['verify', 'summarize'] },
  { title: 'Undo', stages: ['restore'] },
  { title: 'Whole moves', stages: ['plan-move', 'migrate', 'follow'] },
  {
    title: 'Applications as parts',
    stages: ['export-application', 'publish-application', 'import-application', 'deploy-application'],
  },
  { title: 'Sources of applications', stages: ['upload-source', 'fetch-source', 'unpack-source', 'build-image'] },
  { title: 'Portable images', stages: ['containerize'] },
  { title: 'Applications at a terminal', stages: ['applications', 'app-registries'] },
  { title: 'Exported images', stages: ['exports'] },
] as const;

/** Where a task is in the flow of a move. Tasks of one stage are sorted by name. */
export type Stage = (typeof stageGroups)[number]['stages'][number];

/** What is known of a task without its definition: the overview, the summary and the command line read it. */
export interface TaskCard {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly family: Family;
  readonly stage: Stage;
  /** Started by other programs only: not in the overview. */
  readonly internal: boolean;
  /** Anchor in docs/recovery.md of what to do when the task failed; undefined: no chapter is about it. */
  readonly recovery: string | undefined;
}

const stages: readonly Stage[] = stageGroups.flatMap((group) => group.stages);

export function compareCards(a: TaskCard, b: TaskCard): number {
  return stages.indexOf(a.stage) - stages.indexOf(b.stage) || (a.name < b.name ? -1 : 1);
}

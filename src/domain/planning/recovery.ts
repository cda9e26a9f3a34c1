import { ownValue } from '../core/json-object.ts';

/** The chapters of docs/recovery.md, by the anchors of their headings. */
export const recoveryChapters = {
  'before-anything-is-written': 'Before anything is written',
  'scaling-down': 'Scaling down',
  volumes: 'Volumes',
  images: 'Images',
  applying: 'Applying',
  'a-cutover-that-failed-after-it-applied': 'A cutover that failed after it applied',
  'importing-an-application': 'Importing an application',
  'making-a-portable-image': 'Making a portable image',
  'deleting-exports': 'Deleting exports',
  deploying: 'Deploying',
  verifying: 'Verifying',
  'rolling-back': 'Rolling back',
  'an-interrupted-run': 'An interrupted run',
} as const;

export type RecoveryChapter = keyof typeof recoveryChapters;

/** The chapter about each task that can fail, by its name in the Pipeline. */
const chapterOfTask: Readonly<Record<string, RecoveryChapter>> = {
  contexts: 'before-anything-is-written',
  'source-kubeconfig': 'before-anything-is-written',
  validate: 'before-anything-is-written',
  export: 'before-anything-is-written',
  manifests: 'before-anything-is-written',
  quiesce: 'scaling-down',
  volumes: 'volumes',
  'image-sync': 'images',
  'apply-to-cluster': 'applying',
  verify: 'verifying',
  'restore-scale': 'scaling-down',
  import: 'importing-an-application',
  fetch: 'deploying',
  unpack: 'deploying',
  build: 'deploying',
  deploy: 'deploying',
  containerize: 'making-a-portable-image',
  'exports-delete': 'deleting-exports',
  'crane-rollback': 'rolling-back',
  summary: 'an-interrupted-run',
};

/** What the user does next. */
export type RecoveryStep =
  /** Fixes the cause that the message of the failed task has. */
  | 'fix-cause'
  /** Looks whether the workloads at the source run. */
  | 'check-source'
  | 'restart-source'
  /** Starts the same run again. */
  | 'retry'
  | 'take-back'
  | 'verify'
  /** Keeps the destination as it is. */
  | 'accept'
  /** Scales the source to zero again, which runs beside an accepted destination. */
  | 'stop-source'
  /** Looks at the state of the release, or returns to its former revision. */
  | 'check-release'
  /** Looks at the record of the export. */
  | 'check-export';

export interface Recovery {
  readonly chapter: RecoveryChapter;
  /** In their order. */
  readonly steps: readonly RecoveryStep[];
  /** What else the user can do, in the place of the steps. */
  readonly instead: readonly RecoveryStep[];
}

/** How a run ended that did not succeed. */
export interface FailedRun {
  /** Name of the task in its Pipeline; undefined: the run was cancelled, killed or out of time. */
  readonly task: string | undefined;
  /** A cutover stops the source; no other run does. */
  readonly action: 'stage' | 'cutover' | 'app' | 'images' | 'other';
  /** Whether the run may have applied objects at the destination. */
  readonly hasApplied: boolean;
}

type Steps = Omit<Recovery, 'chapter'>;

const again: Steps = { steps: ['fix-cause', 'retry'], instead: [] };

const stepsOfChapter: Readonly<Record<RecoveryChapter, Steps>> = {
  'before-anything-is-written': again,
  'scaling-down': { steps: ['check-source', 'restart-source', 'fix-cause', 'retry'], instead: [] },
  volumes: again,
  images: again,
  applying: { steps: ['fix-cause', 'retry'], instead: ['take-back'] },
  'a-cutover-that-failed-after-it-applied': {
    steps: ['take-back', 'fix-cause', 'retry'],
    instead: ['accept', 'stop-source'],
  },
  'importing-an-application': { steps: ['fix-cause', 'retry'], instead: ['check-release'] },
  'making-a-portable-image': { steps: ['check-export', 'fix-cause', 'retry'], instead: [] },
  'deleting-exports': { steps: ['check-export', 'fix-cause', 'retry'], instead: [] },
  deploying: { steps: ['fix-cause', 'retry'], instead: ['check-release'] },
  verifying: { steps: ['fix-cause', 'verify', 'retry'], instead: ['accept'] },
  'rolling-back': { steps: ['fix-cause', 'take-back'], instead: [] },
  'an-interrupted-run': { steps: ['retry'], instead: [] },
};

/** The steps of docs/recovery.md after a run that did not succeed. A task that the page does not have counts as interrupted. */
export function recoveryOf({ task, action, hasApplied }: FailedRun): Recovery {
  const own = (task === undefined ? undefined : ownValue(chapterOfTask, task)) ?? 'an-interrupted-run';
  const isCutover = action === 'cutover';
  // The source runs again, and pods at the destination use the claims that a new cutover copies to.
  if (isCutover && hasApplied && own !== 'rolling-back') {
    const { steps, instead } = stepsOfChapter['a-cutover-that-failed-after-it-applied'];
    const first: readonly RecoveryStep[] = mayBeStopped(own) ? ['check-source', 'restart-source'] : [];
    const chapter = own === 'applying' || own === 'verifying' ? 'a-cutover-that-failed-after-it-applied' : own;
    return { chapter, steps: [...first, ...steps], instead };
  }
  if (own === 'an-interrupted-run' && isCutover) {
    return { chapter: own, steps: ['check-source', 'restart-source', 'retry'], instead: [] };
  }
  return { chapter: own, ...stepsOfChapter[own] };
}

/** Whether the task that restarts the source may not have done so. */
function mayBeStopped(chapter: RecoveryChapter): boolean {
  return chapter === 'scaling-down' || chapter === 'an-interrupted-run';
}

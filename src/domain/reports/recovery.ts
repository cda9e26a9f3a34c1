import { ownValue } from '../core/own-value.ts';

/** The page that says what to do when a run failed. */
const page = 'docs/recovery.md';

/** The chapter of each task, as the anchor of its heading. */
const chapters: Readonly<Record<string, string>> = {
  'crane-export': 'before-anything-is-written',
  'crane-skopeo-sync-gen': 'before-anything-is-written',
  'crane-transform': 'before-anything-is-written',
  'crane-apply': 'before-anything-is-written',
  'crane-kustomize-init': 'before-anything-is-written',
  'crane-validate': 'before-anything-is-written',
  'crane-skopeo-sync': 'images',
  'crane-image-sync': 'images',
  'kubectl-scale-down': 'bringing-to-rest',
  'crane-restore-scale': 'bringing-to-rest',
  'crane-transfer-pvc': 'volumes',
  'kubectl-apply-kustomize': 'applying',
  'kubectl-apply-files': 'applying',
  'crane-verify': 'verifying',
  'crane-rollback': 'taking-a-move-back',
};

/** Where to read on when this task failed; undefined for a task that no chapter is about. */
export function recoveryOf(task: string): string | undefined {
  const chapter = ownValue(chapters, task);
  return chapter === undefined ? undefined : `${page}#${chapter}`;
}

/** Where to read on when the destination runs what a former cutover applied before it failed. */
export const recoveryOfCutover = `${page}#a-cutover-that-failed-after-it-applied`;

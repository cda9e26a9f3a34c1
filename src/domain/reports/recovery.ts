/** The page that says what to do when a run failed. A pod has no docs folder: the address is the one of the project. */
const page = 'https://github.com/crane-tasks/crane-tasks/blob/main/docs/recovery.md';

/** Address of a chapter of that page. @param anchor of its heading */
export function recoveryUrl(anchor: string): string {
  return `${page}#${anchor}`;
}

/** What to read when the destination runs what an earlier cutover applied before it failed. */
export const recoveryOfCutover = recoveryUrl('a-cutover-that-failed-after-it-applied');

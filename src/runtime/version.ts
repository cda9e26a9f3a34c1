import manifest from '../../package.json' with { type: 'json' };

/** The version of all programs, tasks and images. package.json is its only source: `make generate` writes it everywhere else. */
export const version = manifest.version;

/** Images of this version: that of the tasks, that of the tasks which run helm, and that of the helper pods which copy volumes. */
export const releasedImages = {
  tasks: `ghcr.io/crane-tasks/task-runner:${version}`,
  helm: `ghcr.io/crane-tasks/helm-runner:${version}`,
  transfer: `ghcr.io/crane-tasks/transfer:${version}`,
} as const;

/** The oldest Node.js that has what the programs use; package.json says the same. */
export const oldestNode = 24;

/**
 * The message for a Node.js that is too old; undefined when it will do. `found` as in `24.1.0`, or with a `v` before.
 */
export function refuseNode(found: string): string | undefined {
  const major = Number(/^v?(\d+)\./.exec(found)?.[1]);
  if (major >= oldestNode) return undefined;
  const wanted = `Node.js ${String(oldestNode)} or newer is needed, and this is ${found}`;
  return `${wanted}. Put a newer one first on the PATH, or use the image of the tasks.`;
}

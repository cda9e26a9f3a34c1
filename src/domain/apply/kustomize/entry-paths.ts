// What kustomize downloads with its HTTP client, or clones with git, before it looks for a local file.
// https://github.com/kubernetes-sigs/kustomize/blob/api/v0.20.1/api/internal/git/repospec.go (extractHost)
const remotePatterns: readonly RegExp[] = [
  /^git::/i,
  /^[a-z][a-z\d+.-]*:\/\//i,
  /^https?:/i,
  /^(?:[a-z][a-z\d-]*@)?github\.com[/:]/i,
  /^[a-z][a-z\d-]*@[^/:]*[/:]/i,
  /^gh:/i,
];

// kustomize reads some paths as YAML first. Line breaks of YAML 1.1 could turn a name into the configuration of a plugin.
const hasBreaks = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** Whether an entry names something that is not in the file system: an address or a git repository. */
export function isRemotePath(entry: string): boolean {
  return remotePatterns.some((pattern) => pattern.test(entry));
}

/**
 * An entry as a path from the root of the tree.
 * @param folder folder of the file that has the entry, with a slash at its end unless it is the root
 * @returns undefined for a path that is absolute, remote, empty or outside the root, or has control characters
 */
export function resolveEntry(folder: string, entry: string): string | undefined {
  if (entry === '' || entry.startsWith('/') || hasBreaks.test(entry) || isRemotePath(entry)) return undefined;
  const steps = normalize(`${folder}${entry}`);
  return steps[0] === '..' ? undefined : steps.join('/');
}

/** The same path with a dot in front, which kustomize can only take for a path in the file system. */
export function toLocalEntry(entry: string): string {
  const steps = normalize(entry);
  return steps[0] === '..' ? steps.join('/') : ['.', ...steps].join('/');
}

function normalize(path: string): readonly string[] {
  const steps: string[] = [];
  for (const step of path.split('/')) {
    if (step === '..' && steps.length > 0 && steps.at(-1) !== '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  return steps;
}

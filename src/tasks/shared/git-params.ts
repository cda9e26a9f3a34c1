import { optional } from './param-kinds.ts';

/** A Git repository as a source. */
export const gitSourceParams = {
  git: optional(
    'Address of a Git repository with the source, https or ssh, without credentials: URL or URL,REVISION. Empty: the ' +
      'source is a folder or an archive.',
  ),
  'git-revision': optional(
    'Branch, tag or commit id of the source in the Git repository. Empty: the default branch of the repository.',
  ),
} as const;

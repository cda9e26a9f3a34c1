import type { ReleaseId } from './helm.ts';

/** Helm prints at most 256 revisions unless asked for more. */
export function historyArguments({ namespace, name }: ReleaseId): readonly string[] {
  return ['history', `--namespace=${namespace}`, '--max=10000', '--output=json', '--', name];
}

export function listArguments(namespace: string): readonly string[] {
  const where = namespace === '' ? '--all-namespaces' : `--namespace=${namespace}`;
  return ['list', where, '--all', '--max=0', '--output=json'];
}

/** What `helm get` reads of a release. */
export interface ReadChoice {
  readonly part: 'manifest' | 'hooks' | 'values';
  /** Undefined: the last one. */
  readonly revision?: number | undefined;
  /** The values of the chart too. */
  readonly all?: boolean;
}

export function readArguments({ namespace, name }: ReleaseId, choice: ReadChoice): readonly string[] {
  const { part, revision, all = false } = choice;
  const options = [
    ...(part === 'values' ? ['--output=json'] : []),
    ...(revision === undefined ? [] : [`--revision=${String(revision)}`]),
    ...(all ? ['--all'] : []),
  ];
  return ['get', part, `--namespace=${namespace}`, ...options, '--', name];
}

import {
  judgeExit,
  concernsRootFolder,
  formatList,
  parseComparedFile,
  parseFileError,
  parseProgress,
  parseTotal,
} from '../../domain/volumes/rsync/rsync-messages.ts';
import {
  copyArguments,
  copyByContentArguments,
  copyNamedArguments,
  partProofArguments,
  proofArguments,
} from '../../domain/volumes/rsync/rsync-arguments.ts';
import type {
  CopierReports,
  CopierWork,
  CopyOptions,
  VolumeCopier,
} from '../../domain/volumes/copier/volume-copier.ts';
import { followProgram, type FollowedProgram } from './follow-program.ts';

export type FollowRsync = (
  run: Pick<FollowedProgram, 'args' | 'input' | 'onOutput' | 'onError'>,
  signal: AbortSignal | undefined,
) => Promise<number>;

/** Last lines on standard error that are kept to report a cause. */
const mostErrors = 20;

export function followRsync(stopped: AbortSignal): FollowRsync {
  return (run, signal = stopped) =>
    followProgram({
      ...run,
      program: 'rsync',
      environment: { PATH: '/usr/bin', HOME: '/tmp' },
      signal: AbortSignal.any([stopped, signal]),
    });
}

export function createRsync(options: CopyOptions, follow: FollowRsync): VolumeCopier {
  return {
    async run(work, reports, signal) {
      const errors: string[] = [];
      let wasConnected = false;
      const lines = {
        onOutput: (line: string): void => {
          wasConnected = true;
          reportLine(line, reports);
        },
        onError: (line: string): void => {
          errors.push(line);
          if (errors.length > mostErrors) errors.shift();
          const problem = parseFileError(line);
          if (problem === undefined) return;
          wasConnected = true;
          if (!concernsRootFolder(line, problem)) reports.onProblem?.(problem);
        },
      };
      const input = 'names' in work ? { input: work.names.then(formatList) } : {};
      const exitCode = await follow({ args: argumentsOf(work, options), ...input, ...lines }, signal);
      return judgeExit({ exitCode, errors, wasConnected });
    },
  };
}

function argumentsOf(work: CopierWork, options: CopyOptions): readonly string[] {
  switch (work.kind) {
    case 'copy':
      return copyArguments(options, work.survey);
    case 'copy-by-content':
      return copyByContentArguments(options, work.survey, work.apart);
    case 'copy-named':
      return copyNamedArguments(options, work.survey);
    case 'compare':
      return proofArguments({ ...options, checksum: work.checksum }, work.survey, work.apart);
    case 'compare-named':
      return partProofArguments(options);
  }
}

function reportLine(line: string, { onFile, onProgress, onTotal }: CopierReports): void {
  const file = parseComparedFile(line);
  if (file !== undefined) return onFile?.(file);
  const progress = parseProgress(line);
  if (progress !== undefined) return onProgress?.(progress);
  const total = parseTotal(line);
  if (total !== undefined) onTotal?.(total);
}

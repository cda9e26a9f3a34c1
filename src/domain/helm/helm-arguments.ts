import type { ChartInput, ReleaseCommand, ReleaseId, RollbackRequest, UpgradeRequest } from './helm.ts';

/** Words after `--` cannot look like flags. Files hold the values: arguments are visible to all users of a computer. */
export function upgradeArguments(request: UpgradeRequest, valueFiles: readonly string[]): readonly string[] {
  const limit = `--history-max=${String(request.historyLimit)}`;
  // The values are given whole: those of an earlier revision must not come back.
  return ['upgrade', '--install', '--reset-values', limit, ...waitArguments(request), ...common(request, valueFiles)];
}

export function dryRunArguments(
  request: UpgradeRequest,
  valueFiles: readonly string[],
  as: 'install' | 'upgrade',
): readonly string[] {
  const command = as === 'install' ? ['install'] : ['upgrade', '--install', '--reset-values'];
  return [...command, '--dry-run=server', ...common(request, valueFiles)];
}

function common(request: UpgradeRequest, valueFiles: readonly string[]): readonly string[] {
  const { namespace, name, chart } = request;
  return [`--namespace=${namespace}`, '--output=json', ...chartArguments(request, valueFiles), '--', name, chart];
}

export function rollbackArguments(request: RollbackRequest): readonly string[] {
  const { namespace, name, revision, historyLimit } = request;
  const limit = `--history-max=${String(historyLimit)}`;
  return ['rollback', `--namespace=${namespace}`, limit, ...waitArguments(request), '--', name, String(revision)];
}

export function uninstallArguments(request: ReleaseCommand): readonly string[] {
  const words = ['--ignore-not-found', ...waitArguments(request), '--', request.name];
  return ['uninstall', `--namespace=${request.namespace}`, ...words];
}

export function templateArguments(input: ChartInput & ReleaseId, valueFiles: readonly string[]): readonly string[] {
  const { namespace, name, chart } = input;
  return ['template', `--namespace=${namespace}`, ...chartArguments(input, valueFiles), '--', name, chart];
}

export function lintArguments({ chart }: ChartInput, valueFiles: readonly string[]): readonly string[] {
  return ['lint', '--strict', ...valueFiles.map(valuesFlag), '--', chart];
}

function waitArguments({ wait, timeoutSeconds }: Pick<ReleaseCommand, 'wait' | 'timeoutSeconds'>): readonly string[] {
  const timeout = `--timeout=${String(timeoutSeconds)}s`;
  return wait ? [timeout, '--wait'] : [timeout];
}

function chartArguments({ version }: ChartInput, valueFiles: readonly string[]): readonly string[] {
  return [...(version === undefined ? [] : [`--version=${version}`]), ...valueFiles.map(valuesFlag)];
}

function valuesFlag(file: string): string {
  return `--values=${file}`;
}

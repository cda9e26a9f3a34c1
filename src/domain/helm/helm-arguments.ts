import type { ChartInput, ReleaseCommand, RollbackRequest, TemplateRequest, UpgradeRequest } from './helm.ts';

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

/** Without capabilities, helm renders for the newest Kubernetes that it knows, without the APIs of other projects. */
export function templateArguments(request: TemplateRequest, valueFiles: readonly string[]): readonly string[] {
  const { namespace, name, chart, capabilities = { kubeVersion: undefined, apiVersions: [] } } = request;
  const { kubeVersion, apiVersions } = capabilities;
  const cluster = [
    ...(kubeVersion === undefined ? [] : [`--kube-version=${kubeVersion}`]),
    ...apiVersions.map((each) => `--api-versions=${each}`),
  ];
  return [
    'template',
    `--namespace=${namespace}`,
    ...cluster,
    ...chartArguments(request, valueFiles),
    '--',
    name,
    chart,
  ];
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

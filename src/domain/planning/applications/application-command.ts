import { quoteWord } from '../../exports/run-command.ts';
import type { CompleteApplication } from './application-answers.ts';

/** The command of the terminal that does the same, as a line for a shell. */
export function applicationCommand(answers: CompleteApplication): string {
  const [words, options] = partsOf(answers);
  const given = Object.entries(options).filter(([, value]) => value !== '');
  return ['crane-tasks', ...words, ...given.map(([name, value]) => `--${name}=${value}`)].map(quoteWord).join(' ');
}

type Parts = readonly [words: readonly string[], options: Readonly<Record<string, string>>];

function partsOf(answers: CompleteApplication): Parts {
  const { action, namespace, release, folder } = answers;
  const on = (isOn: boolean): string => (isOn ? 'true' : '');
  const appDir = [folder, 'app'].filter((part) => part !== '').join('/');
  switch (action) {
    case 'portable-image':
      return [
        ['app', 'containerize', answers.workload],
        {
          namespace,
          container: answers.container,
          'destination-registry': answers.registry,
          'destination-path': answers.path,
          'export-name': answers.exportName,
          'include-workspace': answers.includeWorkspace ? '' : 'false',
          'include-paths': answers.includePaths.join(','),
          'exclude-paths': answers.excludePaths.join(','),
          'confirm-public': on(answers.confirmPublic),
        },
      ];
    case 'app-export':
      return [['app', 'export', release], { namespace, 'app-dir': appDir }];
    case 'app-publish':
      return [
        ['app', 'publish'],
        {
          'app-dir': appDir,
          release,
          registry: answers.publishTo,
          'destination-path': answers.path,
          'chart-version': answers.chartVersion,
          'system-namespace': answers.systemNamespace,
        },
      ];
    case 'export-delete':
      return [['exports', 'delete', answers.export], { namespace, 'delete-shared-tags': on(answers.deleteSharedTags) }];
  }
}

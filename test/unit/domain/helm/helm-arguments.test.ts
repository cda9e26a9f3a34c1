import { describe, expect, it } from 'vitest';

import {
  dryRunArguments,
  lintArguments,
  rollbackArguments,
  templateArguments,
  uninstallArguments,
  upgradeArguments,
} from '../../../../src/domain/helm/helm-arguments.ts';
import { historyArguments, listArguments, readArguments } from '../../../../src/domain/helm/read-arguments.ts';

const id = { namespace: 'shop', name: '-web' };
const request = { ...id, chart: '/c', values: ['a: 1'], historyLimit: 5, wait: true, timeoutSeconds: 60 };

describe('the arguments of a command that changes', () => {
  it.each<[string, readonly string[], string]>([
    [
      'upgrade',
      upgradeArguments(request, ['/v/1', '/v/2']),
      'upgrade --install --reset-values --history-max=5 --timeout=60s --wait --namespace=shop --output=json --values=/v/1 --values=/v/2 -- -web /c',
    ],
    [
      'upgrade without waiting, from a registry',
      upgradeArguments({ ...request, chart: 'oci://r/c', version: '1.2.3', wait: false }, []),
      'upgrade --install --reset-values --history-max=5 --timeout=60s --namespace=shop --output=json --version=1.2.3 -- -web oci://r/c',
    ],
    [
      'dry run of an upgrade',
      dryRunArguments(request, ['/v'], 'upgrade'),
      'upgrade --install --reset-values --dry-run=server --namespace=shop --output=json --values=/v -- -web /c',
    ],
    [
      'dry run of an installation',
      dryRunArguments(request, [], 'install'),
      'install --dry-run=server --namespace=shop --output=json -- -web /c',
    ],
    [
      'rollback',
      rollbackArguments({ ...request, revision: 3 }),
      'rollback --namespace=shop --history-max=5 --timeout=60s --wait -- -web 3',
    ],
    [
      'uninstall',
      uninstallArguments(request),
      'uninstall --namespace=shop --ignore-not-found --timeout=60s --wait -- -web',
    ],
  ])('%s', (_what, words, expected) => {
    expect(words.join(' ')).toBe(expected);
  });

  it('have no values: all users of a computer see arguments', () => {
    expect(upgradeArguments(request, ['/v']).join(' ')).not.toContain('a: 1');
  });
});

describe('the arguments of a command that reads', () => {
  it.each<[string, readonly string[], string]>([
    [
      'template',
      templateArguments({ ...request, version: '1' }, ['/v']),
      'template --namespace=shop --version=1 --values=/v -- -web /c',
    ],
    [
      'template for a cluster',
      templateArguments({ ...request, capabilities: { kubeVersion: 'v1.30.2', apiVersions: ['v1', 'v1/Pod'] } }, []),
      'template --namespace=shop --kube-version=v1.30.2 --api-versions=v1 --api-versions=v1/Pod -- -web /c',
    ],
    [
      'template for an unknown version',
      templateArguments({ ...request, capabilities: { kubeVersion: undefined, apiVersions: [] } }, []),
      'template --namespace=shop -- -web /c',
    ],
    ['lint', lintArguments(request, ['/v']), 'lint --strict --values=/v -- /c'],
    ['history', historyArguments(id), 'history --namespace=shop --max=10000 --output=json -- -web'],
    ['list', listArguments('shop'), 'list --namespace=shop --all --max=0 --output=json'],
    ['list of all namespaces', listArguments(''), 'list --all-namespaces --all --max=0 --output=json'],
    ['get manifest', readArguments(id, { part: 'manifest' }), 'get manifest --namespace=shop -- -web'],
    ['get hooks', readArguments(id, { part: 'hooks', revision: 2 }), 'get hooks --namespace=shop --revision=2 -- -web'],
    [
      'get values',
      readArguments(id, { part: 'values', all: true }),
      'get values --namespace=shop --output=json --all -- -web',
    ],
  ])('%s', (_what, words, expected) => {
    expect(words.join(' ')).toBe(expected);
  });
});

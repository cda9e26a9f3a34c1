import { describe, expect, it } from 'vitest';

import { seesNamespace } from '../../../../src/usecases/export/export-namespace.ts';
import type { Cluster } from '../../../../src/domain/kube/cluster.ts';
import type { Log } from '../../../../src/domain/core/ports.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';

async function warningsOf(phase: string | undefined): Promise<readonly string[]> {
  const warnings: string[] = [];
  const cluster: Cluster = {
    redactor: new Redactor(),
    contextName: 'source',
    server: 'https://source.test',
    token: () => Promise.resolve(undefined),
    request: () => Promise.resolve({ metadata: { name: 'shop' }, status: { phase } }),
    close: () => Promise.resolve(),
  };
  const log: Pick<Log, 'warn'> = { warn: (message) => void warnings.push(message) };
  expect(await seesNamespace('shop', { cluster, log })).toBe(true);
  return warnings;
}

describe('a namespace to export', () => {
  it('is reported when it is being deleted', async () => {
    expect(await warningsOf('Terminating')).toEqual([expect.stringContaining('namespace shop is being deleted')]);
  });

  it.each(['Active', undefined])('is not otherwise: phase %s', async (phase) => {
    expect(await warningsOf(phase)).toEqual([]);
  });
});

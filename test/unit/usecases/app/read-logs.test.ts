import { describe, expect, it } from 'vitest';

import { Redactor } from '../../../../src/domain/core/secret.ts';
import type { Cluster } from '../../../../src/domain/kube/cluster.ts';
import { readLogs, type LogChoice } from '../../../../src/usecases/app/read-logs.ts';
import { refusal } from '../../../fakes/memory-cluster.ts';

const pod = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'shop' },
  spec: { initContainers: [{ name: 'init' }], containers: [{ name: 'web' }, {}] },
});

async function read(answers: Readonly<Record<string, unknown>>, choice: Partial<LogChoice> = {}) {
  const lines: string[] = [];
  const queries: unknown[] = [];
  const cluster: Cluster = {
    redactor: new Redactor(),
    contextName: 'source',
    server: 'https://source.test',
    request: ({ path, query }) => {
      queries.push(query);
      const [name = ''] = path.split('/').slice(-2);
      const answer = answers[`${name} ${query?.['container'] ?? ''}`] ?? refusal(404, 'NotFound', 'gone');
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    token: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
  };
  const onLine = (line: string): void => void lines.push(line);
  const options = { container: undefined, tail: 5, ...choice };
  const count = await readLogs([pod('a'), pod('b')], options, { cluster, onLine });
  return { count, lines, queries };
}

describe('readLogs', () => {
  it('names pod and container in each line, and skips containers that have not started', async () => {
    const waits = refusal(400, 'BadRequest', 'container is waiting to start');
    const { count, lines, queries } = await read({ 'a init': 'one\n\ntwo\n', 'a web': waits, 'b web': 'three' });
    expect(lines).toEqual(['a init | one', 'a init | two', 'b web | three']);
    expect(count).toBe(3);
    expect(queries[0]).toEqual({ container: 'init', tailLines: '5' });
  });

  it('reads one container when it is named', async () => {
    const { lines } = await read({ 'a init': 'one', 'a web': 'two' }, { container: 'web' });
    expect(lines).toEqual(['a web | two']);
  });

  it('ends with other refusals', async () => {
    await expect(read({ 'a init': refusal(403, 'Forbidden', 'no') })).rejects.toMatchObject({ status: 403 });
  });
});

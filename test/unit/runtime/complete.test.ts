import { describe, expect, it } from 'vitest';

import { completeOption, type ValueSources } from '../../../src/runtime/complete.ts';
import type { CommandTask } from '../../../src/runtime/options.ts';
import { findTask } from '../../../src/tasks/index.ts';

const asked: unknown[] = [];
const sources: ValueSources = {
  contexts: (kubeconfig) => {
    asked.push(['contexts', kubeconfig]);
    return Promise.resolve(['source', 'staging', 'line\nbreak']);
  },
  namespaces: (kubeconfig, context) => {
    asked.push(['namespaces', kubeconfig, context]);
    return Promise.resolve(['shop', 'mail']);
  },
};

async function taskOf(name: string): Promise<CommandTask> {
  const task = await findTask(name)?.();
  if (task === undefined) throw new Error(`unknown task ${name}`);
  return task;
}

/** Completes the last word of a line. */
async function complete(name: string, ...words: readonly string[]): Promise<readonly string[]> {
  asked.length = 0;
  return completeOption({ task: await taskOf(name), before: words.slice(0, -1), word: words.at(-1) ?? '' }, sources);
}

describe('completion', () => {
  it('offers options, those that are given left out', async () => {
    expect(await complete('export', '--con')).toEqual(['--context']);
    expect(await complete('export', '--context=a', '-n', 'shop', '')).not.toContain('--context');
    expect(await complete('export', '--context=a', '-n', 'shop', '')).not.toContain('--namespace');
    expect(await complete('export', '--allow-forbidden=a', '--allow')).toEqual(['--allow-forbidden']);
    expect(await complete('export', '--debug', '')).toContain('--namespace');
  });

  it.each([
    [['--secrets='], ['--secrets=seal', '--secrets=include', '--secrets=skip']],
    [
      ['--secrets', 's'],
      ['seal', 'skip'],
    ],
    [
      ['-o', ''],
      ['table', 'json'],
    ],
    [['-o='], ['-o=table', '-o=json']],
    [
      ['--context', ''],
      ['source', 'staging'],
    ],
    [['--context=st'], ['--context=staging']],
    [['--export-dir='], []],
    [['--export-dir', ''], []],
    [['--unknown='], []],
  ])('of export %j is %j', async (words, expected) => {
    expect(await complete('export', ...words)).toEqual(expected);
  });

  it('asks the context that is given for namespaces', async () => {
    expect(await complete('export', '--kubeconfig=/k', '--context', 'source', '-n', '')).toEqual(['shop', 'mail']);
    expect(asked).toEqual([['namespaces', '/k', 'source']]);
    await complete('transfer-pvc', '--dest-context=staging', '--source-context=source', '--dest-namespace=');
    expect(asked).toEqual([['namespaces', undefined, 'staging']]);
    await complete('export', '--namespace=s');
    expect(asked).toEqual([['namespaces', undefined, undefined]]);
  });
});

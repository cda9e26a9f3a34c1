import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseCommandLine } from '../../../src/runtime/command-line.ts';
import { defineTask } from '../../../src/runtime/define-task.ts';

const task = defineTask({
  name: 'sample',
  summary: 'do something',
  description: 'Does something.',
  examples: ['sample --name=x'],
  params: {
    name: { type: 'string', description: 'A name.' },
    mode: { type: 'string', default: 'a', choices: ['a', 'b'], description: 'A mode.' },
  },
  workspaces: { out: { flag: 'out-dir', description: 'Output.', defaultPath: 'out' } },
  results: {},
  run: () => Promise.resolve({ items: [], results: {}, summary: '' }),
});

describe('the command line', () => {
  it('takes any value literally, whatever characters it holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (value) => {
        const line = await parseCommandLine(task, [`--name=${value}`]);
        expect(line).toMatchObject({ kind: 'run', invocation: { flags: { name: value } } });
      }),
    );
  });

  it.each(['"quoted"', "'a'", '$(id)', '; rm -rf /', '--mode=b', '-x', 'a\nb', '', '0x10', 'true', '[]'])(
    'keeps %j as it is',
    async (value) => {
      const line = await parseCommandLine(task, [`--name=${value}`]);
      expect(line).toMatchObject({ kind: 'run', invocation: { flags: { name: value } } });
    },
  );

  it('refuses flags that the task does not have, and stray words', async () => {
    expect(await parseCommandLine(task, ['--nope=1'])).toMatchObject({ kind: 'invalid' });
    expect(await parseCommandLine(task, ['stray'])).toMatchObject({ kind: 'invalid' });
  });

  it('teaches with --help: description, defaults, choices, example, exit codes', async () => {
    const line = await parseCommandLine(task, ['--help']);
    expect(line.kind).toBe('print');
    const text = line.kind === 'print' ? line.text : '';
    for (const part of ['Does something.', '[required]', '[a, b]', '[default: out]', 'sample --name=x', 'Exit codes']) {
      expect(text).toContain(part);
    }
  });

  it('reads the flags that all programs share', async () => {
    const line = await parseCommandLine(task, ['--results-dir=/r', '--log-format=json', '--debug']);
    expect(line).toMatchObject({ invocation: { common: { resultsDir: '/r', logFormat: 'json', debug: true } } });
  });
});

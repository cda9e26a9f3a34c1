import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseCommandLine } from '../../../src/runtime/command-line.ts';
import { defineTask } from '../../../src/runtime/define-task.ts';

const task = defineTask({
  name: 'sample',
  family: 'crane',
  stage: 'export',
  summary: 'do something',
  description: 'Does something.',
  examples: ['sample --name=x'],
  params: {
    name: { type: 'string', description: 'A name.' },
    mode: { type: 'string', default: 'a', choices: ['a', 'b'], description: 'A mode.' },
  },
  workspaces: { out: { flag: 'out-dir', description: 'Output.', defaultPath: 'out' } },
  reasons: [],
  results: {},
  run: () => Promise.resolve({ items: [], results: {}, summary: '' }),
});

describe('the command line', () => {
  it('takes any value literally, whatever characters it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const line = parseCommandLine(task, [`--name=${value}`]);
        expect(line).toMatchObject({ kind: 'run', invocation: { flags: { name: value } } });
      }),
    );
  });

  it.each(['"quoted"', "'a'", '$(id)', '; rm -rf /', '--mode=b', '-x', 'a\nb', '', '0x10', 'true', '[]'])(
    'keeps %j as it is',
    (value) => {
      const line = parseCommandLine(task, [`--name=${value}`]);
      expect(line).toMatchObject({ kind: 'run', invocation: { flags: { name: value } } });
    },
  );

  it.each([
    [['--nope=1'], 'unknown option --nope'],
    [['-n'], 'unknown option -n'],
    [['stray'], 'unexpected word "stray"'],
    [['--name'], '--name needs a value'],
    [['--name', '--mode=b'], '--name needs a value, not --mode=b'],
    [['--debug=yes'], '--debug is either true or false'],
    [['--log-format=xml'], '--log-format is one of text, json'],
    [['--nope', 'stray'], 'unknown option --nope; unexpected word "stray"'],
  ])('refuses %j with the cause, all of them at once', (args, message) => {
    const line = parseCommandLine(task, args);
    expect(line.kind === 'invalid' && line.message).toContain(message);
  });

  it.each([
    [['--debug'], true],
    [['--debug=true'], true],
    [['--debug=false'], false],
    [['--debug', '--debug=false'], false],
    [[], false],
  ])('takes %j for debugging or not', (args, debug) => {
    expect(parseCommandLine(task, args)).toMatchObject({ kind: 'run', invocation: { common: { debug } } });
  });

  it('takes a value from the next word, and the last of a repeated option', () => {
    const line = parseCommandLine(task, ['--name', 'a b', '--name=c', '--mode', 'b']);
    expect(line).toMatchObject({ kind: 'run', invocation: { flags: { name: 'c', mode: 'b' } } });
  });

  it('keeps the help within 100 columns', () => {
    const line = parseCommandLine({ ...task, description: 'word '.repeat(90) }, ['-h']);
    const lines = line.kind === 'print' ? line.text.split('\n') : [];
    expect(Math.max(...lines.map((text) => text.length))).toBeLessThanOrEqual(100);
  });

  it('teaches with --help: description, defaults, choices, example, exit codes', () => {
    const line = parseCommandLine(task, ['--help']);
    expect(line.kind).toBe('print');
    const text = line.kind === 'print' ? line.text : '';
    for (const part of ['Does something.', '[required]', '[a, b]', '[default: out]', 'sample --name=x', 'Exit codes']) {
      expect(text).toContain(part);
    }
  });

  it('reads the flags that all programs share', () => {
    const line = parseCommandLine(task, ['--results-dir=/r', '--log-format=json', '--debug']);
    expect(line).toMatchObject({ invocation: { common: { resultsDir: '/r', logFormat: 'json', debug: true } } });
  });
});

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
    kinds: { type: 'string', list: true, default: '', description: 'Kinds.' },
    namespace: { type: 'string', default: '', description: 'A namespace.' },
  },
  workspaces: { out: { flag: 'out-dir', description: 'Output.', defaultPath: 'out' } },
  reasons: [],
  results: {},
  run: () => Promise.resolve({ items: [], results: {}, summary: '' }),
});

describe('the command line', () => {
  it.each([
    [['shop'], { kind: 'run', flags: { 'pipeline-run': 'shop' } }],
    [['--namespace=a', 'shop'], { kind: 'run', flags: { 'pipeline-run': 'shop', namespace: 'a' } }],
    [['--pipeline-run=shop'], { kind: 'run', flags: { 'pipeline-run': 'shop' } }],
    [['shop', 'again'], { kind: 'invalid' }],
    [['--pipeline-run=shop', 'again'], { kind: 'invalid' }],
  ])('takes a word for the param that allows it: %j', (args, line) => {
    const isWord = { type: 'string', isWord: true, description: 'A run.' } as const;
    const follow = { ...task, params: { ...task.params, 'pipeline-run': isWord } };
    expect(parseCommandLine(follow, args)).toMatchObject(line);
  });

  it.each([
    [['--variables=A=1', '--variables=B=2'], 'A=1,B=2'],
    [['--variables=["A=1,2"]', '--variables=B=2'], '["A=1,2","B=2"]'],
    [['--variables=["A=1,2"]'], '["A=1,2"]'],
  ])('joins a repeated list whose entries may hold commas: %j', (args, variables) => {
    const param = { type: 'string', list: true, allowsCommas: true, default: '', description: 'Variables.' } as const;
    const asked = { ...task, params: { ...task.params, variables: param } };
    expect(parseCommandLine(asked, args)).toMatchObject({ kind: 'run', flags: { variables } });
  });

  it('takes any value literally, whatever characters it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const line = parseCommandLine(task, [`--name=${value}`]);
        expect(line).toMatchObject({ kind: 'run', flags: { name: value } });
      }),
    );
  });

  it.each(['"quoted"', "'a'", '$(id)', '; rm -rf /', '--mode=b', '-x', 'a\nb', '', '0x10', 'true', '[]'])(
    'keeps %j as it is',
    (value) => {
      const line = parseCommandLine(task, [`--name=${value}`]);
      expect(line).toMatchObject({ kind: 'run', flags: { name: value } });
    },
  );

  it.each([
    [['--nope=1'], ['unknown option --nope']],
    [['--nmae=1'], ['unknown option --nmae (did you mean --name?)']],
    [['--no-name'], ['unknown option --no-name']],
    [['--name.first=a'], ['unknown option --name.first']],
    [['--__proto__=a'], ['unknown option']],
    [['-x'], ['unknown option -x']],
    [['-name=x'], ['unknown option -name (did you mean --name?)']],
    [['stray'], ['unexpected word "stray"']],
    [['--', 'x'], ['unexpected word "x"']],
    [['--name'], ['--name needs a value']],
    [['-n'], ['--namespace needs a value']],
    [['--name', '--mode=b'], ['--name needs a value; one that starts with a dash is written --name=VALUE']],
    [['--debug=yes'], ['--debug: expected true or false, got "yes"']],
    [['--log-format=xml'], ['--log-format: expected text or json, got "xml"']],
    [['--output=yaml'], ['--output: expected table or json, got "yaml"']],
    [['--name=a', '--name=b'], ['--name is given 2 times']],
    [['--namespace=a', '-n', 'b'], ['--namespace is given 2 times']],
    [
      ['stray', '--nope', '--name', '--debug=x'],
      ['unexpected word "stray"', 'unknown option --nope', '--name needs a value', '--debug: expected'],
    ],
  ])('refuses %j with the cause, all of them at once', (args, messages) => {
    const line = parseCommandLine(task, args);
    for (const message of messages) expect(line.kind === 'invalid' && line.message).toContain(message);
    expect(line.kind === 'invalid' && line.message.split('; ').length).toBeGreaterThanOrEqual(messages.length);
  });

  it.each([
    [['--debug'], true],
    [['--debug=true'], true],
    [['--debug=false'], false],
    [['--debug', '--name=x'], true],
    [[], false],
  ])('takes %j for debugging or not', (args, debug) => {
    expect(parseCommandLine(task, args)).toMatchObject({ kind: 'run', common: { debug } });
  });

  it('takes a value from the next word, and after a letter', () => {
    const line = parseCommandLine(task, ['--name', 'a b', '-n', 'shop', '--mode', 'b', '-o', 'json']);
    expect(line).toMatchObject({ kind: 'run', flags: { name: 'a b', namespace: 'shop', mode: 'b' } });
    expect(line).toMatchObject({ common: { output: 'json' } });
  });

  it('joins the parts of a list', () => {
    const line = parseCommandLine(task, ['--kinds=a,b', '--kinds', '["c"]', '--kinds=d']);
    expect(line).toMatchObject({ kind: 'run', flags: { kinds: 'a,b,c,d' } });
  });

  it('has no flag that is not given', () => {
    const line = parseCommandLine(task, ['--name=']);
    expect(line.kind === 'run' && line.flags).toEqual({ name: '' });
  });

  it('leaves --output to a task that has a param of that name', () => {
    const own = { ...task, params: { output: { type: 'string', default: '', description: '' } } } as const;
    const line = parseCommandLine(own, ['--output=json']);
    expect(line).toMatchObject({ flags: { output: 'json' }, common: { output: 'table' } });
  });

  it.each(['--help', '-h'])('asks for help with %s, whatever else is wrong', (help) => {
    expect(parseCommandLine(task, ['--nope', help])).toEqual({ kind: 'help' });
  });

  it('reads the flags that all programs share', () => {
    const line = parseCommandLine(task, ['--results-dir=/r', '--log-format=json', '--debug']);
    expect(line).toMatchObject({ common: { resultsDir: '/r', logFormat: 'json', debug: true, output: 'table' } });
  });
});

import { describe, expect, it } from 'vitest';

import { TaskError } from '../../../src/domain/core/errors.ts';
import type { Outcome } from '../../../src/domain/reports/outcome.ts';
import { defineTask } from '../../../src/runtime/define-task.ts';
import { refuseTask, runTask } from '../../../src/runtime/run-task.ts';
import { aHost } from '../../builders/host.ts';

function aTask(run: () => Promise<Outcome<'count'>>) {
  return defineTask({
    name: 'sample',
    family: 'crane',
    stage: 'export',
    summary: 'do something',
    description: 'Does something.',
    examples: ['sample --out-dir out'],
    params: {
      name: { type: 'string', description: 'A name.' },
      strict: { type: 'boolean', default: false, description: 'A switch.' },
      size: { type: 'integer', default: 5, minimum: 1, maximum: 10, description: 'A size.' },
      mode: { type: 'string', default: 'a', choices: ['a', 'b'], description: 'A mode.' },
    },
    workspaces: {
      out: { flag: 'out-dir', description: 'Output.' },
      extra: { flag: 'extra-dir', description: 'More.', optional: true },
    },
    reasons: ['registry'],
    results: { count: 'A count.' },
    reportIn: 'out',
    run,
  });
}

const flags = { name: 'x', 'out-dir': '/out' };
const done: Outcome<'count'> = { items: [], results: { count: '1' }, summary: 'one done' };

describe('running a task', () => {
  it('ends with 0, a report and all results when everything was done', async () => {
    const host = aHost();
    expect(
      await runTask(
        aTask(() => Promise.resolve(done)),
        flags,
        host,
      ),
    ).toBe(0);
    expect(host.files.get('/results/count')).toBe('1');
    expect(host.files.get('/results/status')).toBe('succeeded');
    expect(host.files.get('/results/report-digest')).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(JSON.parse(host.files.get('/out/reports/sample.json') ?? '')).toMatchObject({
      task: 'sample',
      status: 'succeeded',
    });
    expect(host.errors.join('')).toBe('sample: one done\n');
  });

  it('reports *** for a param that may hold secrets, if it is given', async () => {
    const secret = { type: 'string', default: '', isSecret: true, description: 'Variables.' } as const;
    const task = aTask(() => Promise.resolve(done));
    const host = aHost();
    await runTask(
      { ...task, params: { ...task.params, variables: secret, none: secret } },
      { ...flags, variables: 'A=1' },
      host,
    );
    const report: unknown = JSON.parse(host.files.get('/out/reports/sample.json') ?? '');
    expect(report).toMatchObject({ input: { name: 'x', variables: '***', none: '' } });
  });

  it('ends with 4 and the remedy when an item failed', async () => {
    const host = aHost();
    const items = [{ id: 'a', outcome: 'failed', reason: 'denied' }] as const;
    expect(
      await runTask(
        aTask(() => Promise.resolve({ ...done, items })),
        flags,
        host,
      ),
    ).toBe(4);
    expect(host.files.get('/results/status')).toBe('incomplete');
    expect(host.errors.join('')).toMatch(/^sample: one done\. See the report/);
  });

  it('ends with the code of an expected error and writes empty results', async () => {
    const host = aHost();
    const task = aTask(() => Promise.reject(new TaskError('unreachable', 'asking', { remedy: 'Plug it in.' })));
    expect(await runTask(task, flags, host)).toBe(3);
    expect(host.files.get('/results/count')).toBe('');
    expect(host.files.get('/results/status')).toBe('unreachable');
    expect(host.errors.join('')).toBe('sample: asking. Plug it in.\n');
    expect(JSON.parse(host.files.get('/out/reports/sample.json') ?? '')).toMatchObject({ status: 'unreachable' });
  });

  it('ends with 1 and a stack when the error is ours', async () => {
    const host = aHost();
    expect(
      await runTask(
        aTask(() => Promise.reject(new RangeError('oops'))),
        flags,
        host,
      ),
    ).toBe(1);
    expect(host.errors.join('')).toMatch(/RangeError: oops\n +at /);
    expect(host.files.get('/results/status')).toBe('defect');
  });

  it('names all wrong parameters at once and ends with 2', async () => {
    const host = aHost();
    const wrong = { strict: '', size: '11', mode: 'c' };
    expect(
      await runTask(
        aTask(() => Promise.resolve(done)),
        wrong,
        host,
      ),
    ).toBe(2);
    for (const name of ['--name', '--strict', '--size', '--mode', '--out-dir'])
      expect(host.errors.join('')).toContain(name);
    expect(host.errors.join('')).not.toContain('--extra-dir');
  });

  it('never shows a secret that an error message or a result holds', async () => {
    const host = aHost();
    const secret = host.log.redactor.secret('canary-abcdef');
    const results = { count: secret.reveal() };
    await runTask(
      aTask(() => Promise.resolve({ ...done, results, summary: `got ${secret.reveal()}` })),
      flags,
      host,
    );
    expect([...host.files.values(), ...host.errors, ...host.outputs].join('\n')).not.toContain('canary');
  });

  it('still says how the run ended when report and results cannot be written', async () => {
    const host = aHost({ readOnly: true });
    expect(
      await runTask(
        aTask(() => Promise.resolve(done)),
        flags,
        host,
      ),
    ).toBe(0);
    expect(host.errors.join('')).toContain('sample: one done');
    expect(host.warnings.join('\n')).toMatch(/report not written[^]*result count not written/);
  });
});

describe('results and reports at a terminal', () => {
  it.each([
    ['json', (text: string) => expect(JSON.parse(text)).toMatchObject({ count: '1', status: 'succeeded' })],
    [
      'table',
      (text: string) => expect(text).toMatch(/^count {10}1\nstatus {9}succeeded\nreport-digest {2}sha256:\w+\n$/),
    ],
    [undefined, (text: string) => expect(text).toBe('')],
  ] as const)('prints results as %s where no folder for them is given', async (output, check) => {
    const host = aHost({ resultsFolder: undefined, output });
    await runTask(
      aTask(() => Promise.resolve(done)),
      flags,
      host,
    );
    check(host.outputs.join(''));
  });

  it.each([
    ['table', 'a: b\n'],
    ['json', '"status"'],
  ] as const)('with output of its own prints in the format %s', async (output, expected) => {
    const host = aHost({ resultsFolder: undefined, output });
    await runTask(
      aTask(() => Promise.resolve({ ...done, stdout: 'a: b\n' })),
      flags,
      host,
    );
    expect(host.outputs.join('')).toContain(expected);
  });

  describe.each(['table', 'json'] as const)('at a terminal, with --output=%s', (output) => {
    it('a usage error prints the problem and nothing else, and leaves no report', async () => {
      const host = aHost({ resultsFolder: undefined, output });
      const refuse = () => Promise.reject(new TaskError('invalid-param', 'reading size', { remedy: 'Give one.' }));
      expect(await runTask(aTask(refuse), flags, host)).toBe(2);
      expect(await runTask(aTask(refuse), {}, host)).toBe(2);
      expect(await refuseTask(aTask(refuse), 'unknown option --x', host)).toBe(2);
      expect(host.outputs).toEqual([]);
      expect([...host.files.keys()]).toEqual([]);
      expect(host.errors).toHaveLength(3);
    });

    it('an unknown context does not create the folder of the report', async () => {
      const host = aHost({ resultsFolder: undefined, output });
      const refuse = () => Promise.reject(new TaskError('unknown-context', 'choosing', { remedy: 'Give one.' }));
      expect(await runTask(aTask(refuse), flags, host)).toBe(2);
      expect([...host.files.keys()]).toEqual([]);
      host.files.set('/out/other', '');
      await runTask(aTask(refuse), flags, host);
      expect([...host.files.keys()]).toContain('/out/reports/sample.json');
    });
  });

  it('prints no table when a run failed before it had results', async () => {
    const host = aHost({ resultsFolder: undefined, output: 'table' });
    const fail = () => Promise.reject(new TaskError('unreachable', 'asking', { remedy: 'Plug it in.' }));
    expect(await runTask(aTask(fail), flags, host)).toBe(3);
    expect(host.outputs).toEqual([]);
  });
});

describe('a program that is a step of a Task', () => {
  function aStep(isLast: boolean, run = () => Promise.resolve(done)) {
    return defineTask({
      name: 'sample-step',
      family: 'internal',
      stage: 'export',
      summary: 'do a part',
      description: 'Does a part.',
      examples: [],
      params: { words: { type: 'string', isSecret: true, default: '', description: 'Words.' } },
      workspaces: { out: { flag: 'out-dir', description: 'Output.' } },
      reasons: ['registry'],
      results: { count: 'A count.' },
      reportIn: 'out',
      stepOf: { task: 'sample', isLast },
      run,
    });
  }

  it.each([
    [false, 'incomplete', 'Read the log of the step that failed.'],
    [true, 'succeeded', ''],
  ])('writes the report and the results of the Task; last step: %s', async (isLast, status, remedy) => {
    const host = aHost();
    expect(await runTask(aStep(isLast), { ...flags, words: 'hunter2' }, host)).toBe(0);
    expect(host.files.get('/results/status')).toBe(status);
    expect(host.files.get('/results/count')).toBe('1');
    const report = host.files.get('/out/reports/sample.json') ?? '';
    expect(JSON.parse(report)).toMatchObject({ task: 'sample', status, remedy, input: {} });
    expect(report).not.toContain('hunter2');
    expect(host.errors.join('')).toBe('sample-step: one done\n');
  });

  it('that fails writes why', async () => {
    const host = aHost();
    const error = new TaskError('unreachable', 'reaching x: refused', { remedy: 'Start it.' });
    expect(
      await runTask(
        aStep(false, () => Promise.reject(error)),
        flags,
        host,
      ),
    ).toBe(3);
    expect(JSON.parse(host.files.get('/out/reports/sample.json') ?? '')).toMatchObject({
      status: 'unreachable',
      remedy: 'Start it.',
    });
  });
});

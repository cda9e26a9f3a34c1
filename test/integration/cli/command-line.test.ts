import { chmod, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { command, makeFolder } from '../../builders/command.ts';
import { startSmallApi, type SmallApi } from '../../fakes/small-api.ts';

let api: SmallApi;
let folder: Awaited<ReturnType<typeof makeFolder>>;

beforeAll(async () => {
  [api, folder] = await Promise.all([startSmallApi(), makeFolder()]);
  // What the completion scripts call by name.
  const program = path.join(folder.path, 'crane-tasks');
  await writeFile(program, `#!/bin/sh\nexec ${command.map((word) => `'${word}'`).join(' ')} "$@"\n`);
  await chmod(program, 0o755);
});

afterAll(() => Promise.all([api.stop(), folder.remove()]));

type Environment = Readonly<Record<string, string>>;

async function run(args: readonly string[], environment: Environment = {}) {
  const place = await makeFolder();
  try {
    const [node, program] = command;
    const env = { PATH: process.env['PATH'] ?? '', HOME: place.path, ...environment };
    const options = { cwd: place.path, env, extendEnv: false, reject: false, stdin: 'ignore' } as const;
    const { exitCode, stdout, stderr } = await execa(node, [program, ...args], options);
    return { exitCode, stdout, stderr, files: await readdir(place.path) };
  } finally {
    await place.remove();
  }
}

describe('the command line', () => {
  it.each([
    [['expot'], 'Did you mean export?'],
    [['app', 'psuh', 'shop'], 'unknown task "app psuh". Did you mean app push?'],
    [['--hepl'], 'Did you mean --help?'],
    [['export', '--contxt=a'], 'unknown option --contxt (did you mean --context?)'],
    [['export', '--namespace=a', '--secrets=no', '--qps=x'], '--qps: expected a whole number'],
    [['export', '--namespace=a', '--request-timeout=soon'], 'request-timeout'],
    [['export', '--namespace=a', '--kubeconfig=/none'], 'reading kubeconfig /none'],
    [['export', '--namespace=a', '--context=none'], 'none'],
    [['completion', 'csh'], 'expected bash, zsh or fish'],
    [['export', '--namespace=a'], 'CRANE_TASKS_LOG_FORMAT: expected text or json', { CRANE_TASKS_LOG_FORMAT: 'xml' }],
  ])('refuses %j with the problem and nothing else', async (args, message, environment: Environment = {}) => {
    const end = await run(args, { ...environment, KUBECONFIG: api.kubeconfig });
    expect(end).toMatchObject({ exitCode: 2, stdout: '', files: [] });
    expect(end.stderr).toContain(message);
    expect(end.stderr.split('\n')).toHaveLength(1);
  });

  it.each([
    [['nope', '--log-format=json']],
    [['export', '--nope', '--log-format', 'json']],
    [['export', '--namespace=a', '--context=gone', '--log-format=json']],
    [['export', '--log-format=json']],
    [['transform', '--log-format=json', '--debug']],
    [['transform-list-plugins', '--log-format=json']],
    [['nope'], { CRANE_TASKS_LOG_FORMAT: 'json' }],
    [['transform', '--debug'], { CRANE_TASKS_LOG_FORMAT: 'json' }],
    [['transform-list-plugins'], { CRANE_TASKS_LOG_FORMAT: 'json' }],
  ])('writes nothing but JSON to standard error for %j', async (args, environment: Environment = {}) => {
    const { stderr } = await run(args, { ...environment, KUBECONFIG: api.kubeconfig });
    const lines = stderr.split('\n').map((line) => JSON.parse(line) as object);
    expect(lines.at(-1)).toMatchObject({ level: args[0] === 'transform-list-plugins' ? 'info' : 'error' });
  });

  it('uses the current context outside a pod, and needs one in a pod', async () => {
    api.answer({});
    const outside = await run(['registry-info', '-o', 'json'], { KUBECONFIG: api.kubeconfig });
    expect(outside.exitCode).toBe(0);
    expect(JSON.parse(outside.stdout)).toMatchObject({ status: 'succeeded' });
    expect(api.asked.length).toBeGreaterThan(0);
    const inside = await run(['registry-info'], { KUBECONFIG: api.kubeconfig, KUBERNETES_SERVICE_HOST: '127.0.0.1' });
    expect(inside.exitCode).toBe(2);
    expect(inside.stderr).toContain('--context: required');
  });

  it('prints a short table, JSON on request, and files for a Task', async () => {
    api.answer({});
    const environment = { KUBECONFIG: api.kubeconfig };
    const flags = ['registry-info', '--internal=a.example:5000'];
    const table = await run(flags, environment);
    expect(table.stdout).toMatch(/^internal +a\.example:5000\n(.*\n)*status +succeeded$/);
    const task = await run([...flags, '--results-dir=results'], environment);
    expect(task).toMatchObject({ stdout: '', files: ['results'] });
  });

  it.each([[['help', 'export']], [['export', '-h']], [['help', 'crane-transform', 'optionals']]])(
    'prints the help for %j',
    async (args) => {
      const { exitCode, stdout } = await run(args);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^crane-tasks crane-[a-z-]+ \[options\]\n/);
    },
  );
});

/** A kubeconfig whose login takes longer than anyone waits for completion. */
async function slowLogin(): Promise<string> {
  const file = path.join(folder.path, 'slow');
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: 'sleep',
    args: ['50'],
    interactiveMode: 'Never',
  };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'slow',
    contexts: [{ name: 'slow', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
    users: [{ name: 'u', user: { exec } }],
  };
  await writeFile(file, JSON.stringify(config));
  return file;
}

describe('completion in bash', () => {
  /** What bash replaces the end of a line with. */
  async function complete(
    line: string,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<readonly string[]> {
    const script = [
      'source <(crane-tasks completion bash)',
      'COMP_LINE=$1 COMP_POINT=${#1}',
      '_crane_tasks',
      'printf "%s\\n" "${COMPREPLY[@]}"',
    ].join('\n');
    const PATH = `${folder.path}:${process.env['PATH'] ?? ''}`;
    const env = { PATH, HOME: folder.path, KUBECONFIG: api.kubeconfig, ...environment };
    const { stdout, stderr } = await execa('bash', ['--norc', '-c', script, 'bash', line], { env, extendEnv: false });
    expect(stderr).toBe('');
    return stdout.split('\n');
  }

  it('offers tasks, shells, options and values', async () => {
    expect(await complete('crane-tasks valid')).toEqual(['validate']);
    expect(await complete('crane-tasks help crane-transfer')).toEqual(['crane-transfer-pvc']);
    expect(await complete('crane-tasks completion ')).toEqual(['bash', 'zsh', 'fish']);
    expect(await complete('crane-tasks export --sec')).toEqual(['--secrets', '--secrets-recipient']);
    expect(await complete('crane-tasks transform optionals --log')).toEqual(['--log-format']);
    expect(await complete('crane-tasks export --secrets=s')).toEqual(['seal', 'skip']);
    expect(await complete('crane-tasks export -o ')).toEqual(['table', 'json']);
    expect(await complete('crane-tasks nope ')).toEqual(['']);
  });

  it('offers contexts, quoted for the shell', async () => {
    const kubeconfig = path.join(folder.path, 'contexts');
    const names = ['arn:aws:eks:eu', 'arn:aws:eks:us', '$(touch hacked)'];
    const contexts = names.map((name) => ({ name, context: { cluster: 'c', user: 'u' } }));
    await writeFile(
      kubeconfig,
      JSON.stringify({ apiVersion: 'v1', kind: 'Config', contexts, clusters: [], users: [] }),
    );
    const environment = { KUBECONFIG: kubeconfig };
    expect(await complete('crane-tasks export --context=arn:aws:eks:', environment)).toEqual(['eu', 'us']);
    expect(await complete('crane-tasks export --context $', environment)).toEqual(['\\$\\(touch\\ hacked\\)']);
    expect(await complete(`crane-tasks export --kubeconfig=${api.kubeconfig} --context `, environment)).toEqual([
      'gone',
      'source',
    ]);
    expect(await complete('crane-tasks export --context=', { KUBECONFIG: '/none' })).toEqual(['']);
  });

  it('offers namespaces of the context, soon or not at all', async () => {
    api.answer({ '/api/v1/namespaces': { items: ['shop', 'mail'].map((name) => ({ metadata: { name } })) } });
    expect(await complete('crane-tasks export --namespace=')).toEqual(['shop', 'mail']);
    expect(await complete('crane-tasks export --context=source -n sh')).toEqual(['shop']);
    const started = Date.now();
    expect(await complete('crane-tasks export --context=gone -n ')).toEqual(['']);
    expect(await complete(`crane-tasks export --kubeconfig=${await slowLogin()} -n `)).toEqual(['']);
    expect(Date.now() - started).toBeLessThan(25_000);
  });
});

describe('completion in other shells', () => {
  const inZsh = [
    'autoload -U compinit; compinit -u -D',
    'source <(crane-tasks completion zsh)',
    // What zsh would offer, instead of offering it.
    'compadd() { shift; print -rl -- "$@" }',
    'words=(${(z)1}); [[ $1 == *" " ]] && words+=(""); CURRENT=$#words; PREFIX=$words[-1]',
    '_crane_tasks',
  ].join('\n');
  const inFish = 'crane-tasks completion fish | source; complete --do-complete $argv[1]';
  const shells: Readonly<Record<string, (line: string) => readonly string[]>> = {
    zsh: (line) => ['-f', '-c', inZsh, 'zsh', line],
    fish: (line) => ['--no-config', '-c', inFish, line],
  };

  it.each(Object.entries(shells))('offers tasks, options, values and contexts: %s', async (shell, argsFor) => {
    const PATH = `${folder.path}:${process.env['PATH'] ?? ''}`;
    const env = { PATH, HOME: folder.path, KUBECONFIG: api.kubeconfig };
    const complete = async (line: string): Promise<readonly string[]> => {
      const { stdout, stderr } = await execa(shell, argsFor(line), { env, extendEnv: false });
      expect(stderr).toBe('');
      return stdout.split('\n').sort();
    };
    expect(await complete('crane-tasks valid')).toEqual(['validate']);
    expect(await complete('crane-tasks export --sec')).toEqual(['--secrets', '--secrets-recipient']);
    expect(await complete('crane-tasks export -o ')).toEqual(['json', 'table']);
    expect(await complete('crane-tasks export --context ')).toEqual(['gone', 'source']);
  });

  it('offers files in fish where nothing else is known', async () => {
    const env = { PATH: `${folder.path}:${process.env['PATH'] ?? ''}`, HOME: folder.path };
    const line = `crane-tasks export --kubeconfig ${folder.path}/crane-t`;
    const { stdout } = await execa('fish', ['--no-config', '-c', inFish, line], { env, extendEnv: false });
    expect(stdout).toMatch(/crane-tasks/);
  });
});

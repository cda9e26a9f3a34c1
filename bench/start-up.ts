import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { programPath } from '../testbed/clusters/programs.ts';
import { measure, middleOf, type Measurement } from './measure.ts';

const usualRounds = 15;

/** Times that a command may take as long as its peer. */
export const budgets = { help: 1.5, 'usage-error': 1.5, 'unknown-context': 2 } as const;

type Budgeted = keyof typeof budgets;
type Contender = Budgeted | 'task-help' | 'kubectl-help' | 'kubectl-unknown-context' | 'node';

export type StartUpFigures = Readonly<Record<Contender, Measurement>>;

/** What a command is compared with. */
export const peers = {
  help: 'kubectl-help',
  'usage-error': 'kubectl-help',
  'unknown-context': 'kubectl-unknown-context',
} as const satisfies Record<Budgeted, Contender>;

/** How long commands take from start to end that have nothing to do, in turns with those of kubectl: medians. */
export async function benchStartUp(rounds = usualRounds): Promise<StartUpFigures> {
  const place = await mkdtemp(join(tmpdir(), 'bench-start-up-'));
  const kubeconfig = join(place, 'kubeconfig');
  await writeFile(
    kubeconfig,
    JSON.stringify({ apiVersion: 'v1', kind: 'Config', contexts: [], clusters: [], users: [] }),
  );
  try {
    return await measureInTurns(contenders(kubeconfig, join(place, 'export')), rounds);
  } finally {
    await rm(place, { recursive: true });
  }
}

function contenders(kubeconfig: string, folder: string): Readonly<Record<Contender, readonly [string, ...string[]]>> {
  const kubectl = programPath('kubectl');
  const program = ['node', 'dist/crane-tasks.mjs'] as const;
  const flags = ['--context=unknown', '--namespace=a', `--kubeconfig=${kubeconfig}`, `--export-dir=${folder}`];
  return {
    'kubectl-help': [kubectl, '--help'],
    help: [...program, '--help'],
    'usage-error': [...program, 'crane-export', '--contxt=a'],
    'kubectl-unknown-context': [kubectl, `--kubeconfig=${kubeconfig}`, '--context=unknown', 'get', 'namespaces'],
    'unknown-context': [...program, 'crane-export', ...flags],
    'task-help': [...program, 'crane-export', '--help'],
    node: ['node', '-e', '0'],
  };
}

async function measureInTurns(commands: ReturnType<typeof contenders>, rounds: number): Promise<StartUpFigures> {
  const runs = new Map<string, Measurement[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, command] of Object.entries(commands))
      runs.set(name, [...(runs.get(name) ?? []), await measure(command)]);
  }
  const middle = (name: Contender): Measurement => middleOf(runs.get(name) ?? []);
  return {
    'kubectl-help': middle('kubectl-help'),
    help: middle('help'),
    'usage-error': middle('usage-error'),
    'kubectl-unknown-context': middle('kubectl-unknown-context'),
    'unknown-context': middle('unknown-context'),
    'task-help': middle('task-help'),
    node: middle('node'),
  };
}

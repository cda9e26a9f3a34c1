import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { measure, median, type Measurement } from './measure.ts';

const runs = 15;

export interface StartUpFigures {
  /** A program that prints its help. */
  readonly help: Measurement;
  /** A program that loads its cluster client and refuses an unknown context. */
  readonly cluster: Measurement;
  /** Node itself, doing nothing. */
  readonly node: Measurement;
}

/** How long a program takes from start to its end when there is nothing to do. */
export async function benchStartUp(): Promise<StartUpFigures> {
  const program = ['node', 'dist/crane-tasks.mjs'] as const;
  return {
    help: await median(runs, () => measure([...program, 'crane-export', '--help'])),
    cluster: await median(runs, () =>
      measure([
        ...program,
        'crane-export',
        '--context=none',
        '--namespace=a',
        '--kubeconfig=/dev/null',
        `--export-dir=${join(tmpdir(), 'bench-start-up')}`,
      ]),
    ),
    node: await median(runs, () => measure(['node', '-e', '0'])),
  };
}

import { resolve } from 'node:path';

import { defineConfig } from 'vitest/config';

import { LongFirst } from './scripts/long-first.ts';

const minute = 60_000;

interface Project {
  readonly name: string;
  readonly timeout: number;
  readonly include?: string;
  readonly exclude?: string;
  /** Files at a time. More than processors where files mostly wait: for a server to start, for pods. */
  readonly workers?: number;
  /** Projects of a lower number run first, where several are run. Vitest wants one number for each number of workers. */
  readonly order?: number;
}

function project({ name, timeout, include = name, exclude, workers = 2, order = 0 }: Project) {
  return {
    test: {
      name,
      include: [`test/${include}/**/*.test.ts`],
      exclude: exclude === undefined ? [] : [`test/${exclude}/**`],
      testTimeout: timeout,
      hookTimeout: timeout,
      maxWorkers: workers,
      sequence: { groupOrder: order },
      restoreMocks: true,
      unstubEnvs: true,
      // Programs keep a user's own key there: tests have one of their own.
      env: { XDG_CONFIG_HOME: resolve('.cache/test-config') },
    },
  };
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongFirst },
    projects: [
      project({ name: 'unit', timeout: minute / 2 }),
      project({ name: 'contract', timeout: minute }),
      project({ name: 'integration', timeout: 4 * minute, workers: 3, order: 1 }),
      project({ name: 'e2e', timeout: 15 * minute, exclude: 'e2e/alone', workers: 4, order: 2 }),
      // Files that change what all runs of a cluster share.
      project({ name: 'e2e-alone', timeout: 15 * minute, include: 'e2e/alone', workers: 1, order: 3 }),
    ],
    coverage: {
      provider: 'v8',
      include: ['src/domain/**', 'src/usecases/**', 'src/adapters/**'],
      reporter: ['text-summary', 'json'],
      reportsDirectory: '.cache/coverage',
      // Of the unit tests alone: integration tests run use cases and adapters on real clusters and registries besides.
      thresholds: {
        'src/domain/**': { branches: 100 },
        'src/usecases/**': { branches: 60, statements: 66 },
        'src/adapters/**': { branches: 74, statements: 75 },
      },
    },
  },
});

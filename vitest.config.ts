import { resolve } from 'node:path';

import { defineConfig } from 'vitest/config';

const minute = 60_000;

function project(name: string, timeout: number, parallel: boolean) {
  return {
    test: {
      name,
      include: [`test/${name}/**/*.test.ts`],
      testTimeout: timeout,
      hookTimeout: timeout,
      fileParallelism: parallel,
      restoreMocks: true,
      unstubEnvs: true,
      // Programs keep a user's own key there: tests have one of their own.
      env: { XDG_CONFIG_HOME: resolve('.cache/test-config') },
    },
  };
}

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      project('unit', minute / 2, true),
      project('contract', minute, true),
      project('integration', 2 * minute, true),
      project('e2e', 10 * minute, false),
    ],
    coverage: {
      provider: 'v8',
      include: ['src/domain/**', 'src/usecases/**', 'src/adapters/**'],
      reporter: ['text-summary', 'json', 'json-summary'],
      reportsDirectory: '.cache/coverage',
      thresholds: { 'src/domain/**': { branches: 100 } },
    },
  },
});

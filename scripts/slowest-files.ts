import { relative } from 'node:path';

import type { Reporter, TestModule } from 'vitest/node';

const shown = 10;

/** A reporter of Vitest: prints the slowest files of a run with their seconds, hooks and imports included, and the sum of all files. */
export default class SlowestFiles implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const files = modules.map((module) => ({ file: relative('.', module.moduleId), seconds: secondsOf(module) }));
    const sum = files.reduce((total, { seconds }) => total + seconds, 0);
    const slowest = files.toSorted((a, b) => b.seconds - a.seconds).slice(0, shown);
    console.log(`slowest of ${String(files.length)} files, ${sum.toFixed(1)} s in all:`);
    for (const { file, seconds } of slowest) console.log(`${seconds.toFixed(1).padStart(8)} s  ${file}`);
  }
}

function secondsOf(module: TestModule): number {
  const { collectDuration, setupDuration, duration } = module.diagnostic();
  return (collectDuration + setupDuration + duration) / 1000;
}

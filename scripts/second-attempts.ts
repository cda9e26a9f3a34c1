import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, relative } from 'node:path';

import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** Where the tests are listed that failed first and passed then, with the errors of the first attempt. */
export const secondAttempts = '.cache/test/second-attempts.txt';

/** A reporter of Vitest: lists the tests that passed only at their second attempt, because a green run hides them. */
export default class SecondAttempts implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const lines = modules.flatMap((module) =>
      [...module.children.allTests()]
        .filter((test) => test.diagnostic()?.flaky === true)
        .map((test) => `${relative('.', module.moduleId)} > ${test.fullName}\n${errorsOf(test)}\n`),
    );
    if (lines.length === 0) return;
    mkdirSync(dirname(secondAttempts), { recursive: true });
    appendFileSync(secondAttempts, lines.join(''));
  }
}

function errorsOf(test: TestCase): string {
  return (test.result().errors ?? []).map(({ message }) => message.replaceAll(/^/gmu, '    ')).join('\n');
}

import { errorReasons } from '../../src/domain/reports/error-reasons.ts';
import { reasons, type ReasonGroup } from '../../src/domain/reports/reasons.ts';
import type { AnyTask } from '../../src/runtime/define-task.ts';
import { code, table } from './markdown.ts';

/** docs/reason-codes.md: each code of an item with its meaning, by the tasks whose items have it. */
export function formatReasonCodes(tasks: readonly Pick<AnyTask, 'name' | 'reasons'>[]): string {
  const groups = (Object.keys(reasons) as ReasonGroup[]).flatMap((group) => {
    const users = tasks.filter((task) => task.reasons.includes(group)).map(({ name }) => name);
    return table(users.join(', '), ['Code', 'Meaning'], rowsOf(reasons[group]));
  });
  return [
    '<!-- Generated from src/domain/reports/reasons.ts: run `make generate`. -->',
    '# Reason codes',
    '',
    'Each item of a report has a `reason`. A task uses the codes of the tables with its name, and the codes of errors.',
    'The `outcome` of an item says whether its work is done, was skipped or failed: some codes occur with several outcomes.',
    '',
    ...groups,
    ...table('Errors, each task', ['Code', 'Meaning'], rowsOf(errorReasons)),
    'The `status` of a report is `succeeded`, `defect` after an unexpected error, or one of these codes of errors.',
    '',
  ].join('\n');
}

function rowsOf(meanings: Readonly<Record<string, string>>): readonly (readonly string[])[] {
  return Object.entries(meanings).map(([name, meaning]) => [code(name), meaning]);
}

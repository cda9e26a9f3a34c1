import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take longest, so that no worker is alone with one of them at the end, whether or not Vitest remembers times. */
const first = [
  'e2e/app-migration',
  'e2e/cutover',
  'e2e/volumes-large',
  'e2e/volumes',
  'integration/rollback/rollback',
  'browser/wizard/steps',
];
/** Waits for what `e2e/app-migration` holds. */
const last = ['e2e/fused'];

/** An order of test files for Vitest. */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => orderOf(a) - orderOf(b));
  }
}

function orderOf({ moduleId }: TestSpecification): number {
  const matches = (name: string): boolean => moduleId.endsWith(`/test/${name}.test.ts`);
  if (last.some(matches)) return 1;
  return first.some(matches) ? first.findIndex(matches) - first.length : 0;
}

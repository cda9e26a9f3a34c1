import { errorReasons } from '../../src/domain/reports/error-reasons.ts';
import { reasons } from '../../src/domain/reports/reasons.ts';
import type { AnyTask } from '../../src/runtime/define-task.ts';
import type { JsonObject } from '../../src/domain/core/json-object.ts';
import { objectAt, readSchema } from './read-schema.ts';

/** The text of schemas/report.schema.json with the statuses and the reasons of each task. What else it has is by hand. */
export async function formatReportSchema(tasks: readonly Pick<AnyTask, 'name' | 'reasons'>[]): Promise<string> {
  const schema = await readSchema('report');
  const areas = Object.entries({ errors: errorReasons, ...reasons });
  const definitions = {
    ...objectAt(schema, '$defs'),
    status: oneOf({ succeeded: 'No item failed.', defect: 'An unexpected error ended the run.', ...errorReasons }),
    ...Object.fromEntries(areas.map(([area, codes]) => [`${area}Reason`, oneOf(codes)])),
  };
  const allOf = tasks.map((task) => ({
    if: { properties: { task: { const: task.name } } },
    then: itemsWith(['errors', ...task.reasons].map((area) => ({ $ref: `#/$defs/${area}Reason` }))),
  }));
  return `${JSON.stringify({ ...schema, $defs: definitions, allOf }, undefined, 2)}\n`;
}

function oneOf(codes: Readonly<Record<string, string>>): JsonObject {
  return { oneOf: Object.entries(codes).map(([code, description]) => ({ const: code, description })) };
}

function itemsWith(anyOf: readonly JsonObject[]): JsonObject {
  return { properties: { items: { items: { properties: { reason: { anyOf } } } } } };
}

import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';

import { isObject, stringAt, valueAt } from '../../src/domain/core/json-object.ts';
import { readSchema } from './read-schema.ts';
import { typesOf } from './types.ts';

/** The documents that our programs read, by the name of their type. */
const documents: Readonly<Record<string, string>> = {
  SyncPlan: 'plan',
  ApiSurface: 'surface',
  MoverPlan: 'mover-plan',
  ApplicationProfile: 'application-profile',
  ClaimSettings: 'claim-settings',
  ExportRecord: 'export-record',
  ImageSummary: 'image-summary',
  LogEvent: 'log-event',
  MoveAnswers: 'move-answers',
  ApplicationAnswers: 'internal/application-answers',
  MoverEvent: 'internal/mover-event',
  ExportIndex: 'internal/export-index',
  TransformIndex: 'internal/transform-index',
  ScaleRecord: 'internal/scale-record',
};

/**
 * The text of src/domain/schemas/documents.ts: the types of the documents, and their validators, compiled ahead of time
 * so that a program neither compiles schemas at its start nor evaluates code.
 */
export async function formatValidators(): Promise<string> {
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    messages: false,
    ownProperties: true,
    code: { source: true, esm: true },
  });
  const types: string[] = [];
  const names: Record<string, string> = {};
  for (const [type, name] of Object.entries(documents)) {
    const schema = await readSchema(name);
    types.push(typesOf(type, schema));
    const inlined = inline(schema, schema['$defs']);
    if (isObject(inlined)) ajv.addSchema(inlined, type);
    names[`check${type}`] = type;
  }
  const code = standalone.default(ajv, names).replace(/^"use strict";/, '');
  const exports = Object.keys(documents).map(
    (type) => `export const validate${type} = check${type} as unknown as Validator<${type}>;\n`,
  );
  return [
    '// @ts-nocheck\n// Generated from schemas/ by scripts/schemas: run `make generate`.\n',
    "import type { Validator } from '../core/parse-document.ts';\n",
    "import type { PlanGroup, Reason } from '../reports/reasons.ts';\n\n",
    types.join('\n'),
    `\n${code.replaceAll(/export const (check\w+) = (\w+);/g, '\nconst $1 = $2;\n')}\n`,
    exports.join(''),
  ].join('');
}

/**
 * The schema without prose and with each definition in the place of its references: one function checks a whole
 * document, and the time that it takes grows with the document alone, however much of it is wrong.
 */
function inline(part: unknown, definitions: unknown): unknown {
  if (Array.isArray(part)) return part.map((each) => inline(each, definitions));
  if (!isObject(part)) return part;
  const reference = stringAt(part, '$ref')?.replace('#/$defs/', '');
  if (reference !== undefined) return inline(valueAt(definitions, reference), definitions);
  const kept = Object.entries(part).filter(
    ([name, member]) => !name.startsWith('$') && !(name === 'description' && typeof member === 'string'),
  );
  return Object.fromEntries(kept.map(([name, member]) => [name, inline(member, definitions)]));
}

import { basename } from 'node:path';

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

const folder = 'src/domain/schemas';
const origin = '// Generated from schemas/ by scripts/schemas: run `make generate`.\n';

/** The types of the documents in one file, which is nothing at run time, by its path. */
export async function formatDocumentTypes(): Promise<readonly [path: string, text: string]> {
  const types = await Promise.all(
    Object.entries(documents).map(async ([type, name]) => typesOf(type, await readSchema(name))),
  );
  const imports = "import type { PlanGroup, Reason } from '../reports/reasons.ts';\n\n";
  return [`${folder}/documents.ts`, `${origin}${imports}${types.join('\n')}`];
}

/**
 * A file for each document with its validator, by its path. Validators are compiled ahead of time, so that a program neither
 * compiles schemas at its start nor evaluates code. A program loads those that it uses.
 */
export async function formatValidators(): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const [type, name] of Object.entries(documents))
    files.set(`${folder}/validators/${basename(name)}.ts`, await formatValidator(type, name));
  return files;
}

async function formatValidator(type: string, name: string): Promise<string> {
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    messages: false,
    ownProperties: true,
    code: { source: true, esm: true },
  });
  const schema = await readSchema(name);
  const inlined = inline(schema, schema['$defs']);
  if (isObject(inlined)) ajv.addSchema(inlined, type);
  const code = standalone.default(ajv, { [`check${type}`]: type }).replace(/^"use strict";/, '');
  return [
    `// @ts-nocheck\n${origin}`,
    "import type { Validator } from '../../core/parse-document.ts';\n",
    `import type { ${type} } from '../documents.ts';\n`,
    `\n${code.replaceAll(/export const (check\w+) = (\w+);/g, '\nconst $1 = $2;\n')}\n`,
    `export const validate${type} = check${type} as unknown as Validator<${type}>;\n`,
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

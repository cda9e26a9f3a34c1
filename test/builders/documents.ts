import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

const folder = path.resolve(import.meta.dirname, '../../schemas');

/** A schema of this repository. @param name path below `schemas`, without extension */
export function readSchema(name: string): object {
  return JSON.parse(readFileSync(path.join(folder, `${name}.schema.json`), 'utf8')) as object;
}

/** Compiles schemas as their users do. */
export function newAjv(): Ajv2020 {
  return new Ajv2020({ allErrors: true, strictTypes: false, allowUnionTypes: true });
}

/**
 * What is wrong with a document that our programs wrote. They write no member that the schema does not have, although
 * readers must accept such members.
 */
export function problemsOf(name: string, document: unknown): readonly string[] {
  const validate = validatorOf(name);
  validate(document);
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath, message, JSON.stringify(params)].join(' '),
  );
}

const validators = new Map<string, ValidateFunction>();

function validatorOf(name: string): ValidateFunction {
  const known = validators.get(name) ?? newAjv().compile(closed(readSchema(name)) as object);
  validators.set(name, known);
  return known;
}

/** The same schema without the permission for further members. Conditions name only the members that they are about. */
function closed(part: unknown): unknown {
  if (Array.isArray(part)) return (part as readonly unknown[]).map(closed);
  if (typeof part !== 'object' || part === null) return part;
  const members = Object.entries(part).map(([name, member]: [string, unknown]) => [
    name,
    name === 'allOf' ? member : closed(member),
  ]);
  const isObjectSchema = 'type' in part && part.type === 'object' && !('additionalProperties' in part);
  return { ...Object.fromEntries(members), ...(isObjectSchema ? { additionalProperties: false } : {}) } as unknown;
}

export interface WrittenBy {
  readonly cwd: string;
  /** Of the command line. */
  readonly args: readonly string[];
  /** Start of the program; earlier files are not looked at. */
  readonly since: number;
}

/** Schemas of the files that programs write, by the ends of their paths. */
const written = [
  { end: /reports\/[^/]+\.json$/, schema: 'report' },
  { end: /plan\.json$/, schema: 'plan' },
  { end: /surface\.json$/, schema: 'surface' },
] as const;

/** Throws when a program wrote a report, a plan or a surface that does not fit its schema. */
export async function assertWritten({ cwd, args, since }: WrittenBy): Promise<void> {
  const given = args.flatMap((arg) => /^--[\w-]+=(.+)$/s.exec(arg)?.[1] ?? []).map((value) => path.resolve(cwd, value));
  const folders = await Promise.all([foldersBelow(cwd, 2), ...given.map((place) => foldersBelow(place, 1))]);
  const found = await Promise.all([...new Set(folders.flat())].map(documentsIn));
  for (const file of found.flat()) {
    const schema = written.find(({ end }) => end.test(file))?.schema ?? 'report';
    const isNew = await stat(file).then(({ mtimeMs }) => mtimeMs >= since);
    const problems = isNew ? problemsOf(schema, JSON.parse(await readFile(file, 'utf8'))) : [];
    if (problems.length > 0) throw new Error(`${file} is not a valid ${schema}: ${problems.slice(0, 5).join('; ')}`);
  }
}

/** A folder and those in it; nothing when there is none. */
async function foldersBelow(place: string, depth: number): Promise<readonly string[]> {
  const entries = await readdir(place, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return [];
  const inner = depth === 0 ? [] : entries.filter((entry) => entry.isDirectory());
  const below = await Promise.all(inner.map(({ name }) => foldersBelow(path.join(place, name), depth - 1)));
  return [place, ...below.flat()];
}

async function documentsIn(place: string): Promise<readonly string[]> {
  const reports = await readdir(path.join(place, 'reports')).catch(() => []);
  const files = [
    ...reports.filter((name) => name.endsWith('.json')).map((name) => `reports/${name}`),
    'plan.json',
    'surface.json',
  ];
  return files.map((name) => path.join(place, name)).filter((file) => existsSync(file));
}

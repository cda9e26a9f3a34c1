import { arrayAt, isObject, stringAt, valueAt, type JsonObject } from '../../src/domain/core/json-object.ts';
import { objectAt } from './read-schema.ts';

/** Definitions whose type the domain has: the schema accepts any code, our programs write only those of the union. */
const domainTypes: Readonly<Record<string, string>> = {
  imageReason: "Reason<'plan'>",
  problemReason: 'Reason<PlanGroup>',
};

/** The TypeScript types of a schema: one for the document, and one for each definition with a capital letter. */
export function typesOf(name: string, schema: JsonObject): string {
  const definitions = Object.entries(definitionsOf(schema)).filter(([each]) => isNamed(each));
  return [[name, schema] as const, ...definitions]
    .map(([each, part]) => `${docOf(part, '')}export ${declarationOf(each, part, schema)}\n`)
    .join('\n');
}

function declarationOf(name: string, part: unknown, schema: JsonObject): string {
  const type = typeOf(part, schema, '');
  return stringAt(part, 'type') === 'object' && isObject(valueAt(part, 'properties'))
    ? `interface ${name} ${type}`
    : `type ${name} = ${type};`;
}

function typeOf(part: unknown, schema: JsonObject, indent: string): string {
  const reference = stringAt(part, '$ref')?.replace('#/$defs/', '');
  if (reference !== undefined) return typeOfReference(reference, schema, indent);
  const constant = valueAt(part, 'const');
  if (constant !== undefined) return literal(constant);
  const values = arrayAt(part, 'enum');
  if (values.length > 0) return values.map(literal).join(' | ');
  const choices = arrayAt(part, 'anyOf');
  if (choices.length > 0) return choices.map((choice) => typeOf(choice, schema, indent)).join(' | ');
  const type = stringAt(part, 'type') ?? 'unknown';
  if (type === 'object') return typeOfObject(part, schema, indent);
  if (type === 'array') return `readonly ${typeOf(valueAt(part, 'items'), schema, indent)}[]`;
  return type === 'integer' ? 'number' : type;
}

function typeOfReference(name: string, schema: JsonObject, indent: string): string {
  return isNamed(name) ? name : (domainTypes[name] ?? typeOf(definitionsOf(schema)[name], schema, indent));
}

function typeOfObject(part: unknown, schema: JsonObject, indent: string): string {
  const values = valueAt(part, 'additionalProperties');
  if (isObject(values)) return `Readonly<Record<string, ${typeOf(values, schema, indent)}>>`;
  const required = arrayAt(part, 'required');
  const inner = `${indent}  `;
  const members = Object.entries(objectAt(part, 'properties')).map(([name, member]) => {
    const mark = required.includes(name) ? '' : '?';
    return `${docOf(member, inner)}${inner}readonly ${name}${mark}: ${typeOf(member, schema, inner)};\n`;
  });
  return `{\n${members.join('')}${indent}}`;
}

function docOf(part: unknown, indent: string): string {
  const description = stringAt(part, 'description');
  return description === undefined ? '' : `${indent}/** ${description} */\n`;
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}

function isNamed(definition: string): boolean {
  return /^[A-Z]/.test(definition);
}

function definitionsOf(schema: JsonObject): JsonObject {
  return objectAt(schema, '$defs');
}

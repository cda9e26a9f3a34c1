import { isObject, ownValue, stringAt, type JsonObject } from '../../../domain/core/json-object.ts';
import { isObjectName } from '../../../domain/kube/resource.ts';
import { notFound, Refusal } from '../problems/refusals.ts';
import type { SideConnection } from '../sessions/side-connection.ts';
import type { Session } from '../sessions/session.ts';

export function wrongBody(message: string): Refusal {
  return new Refusal(400, 'request-refused', { message, remedy: 'Send what the description of the API says.' });
}

export function objectOf(body: unknown): JsonObject {
  if (isObject(body)) return body;
  throw wrongBody('the body must be a JSON object');
}

/** A text of a body. @throws Refusal when it is absent */
export function textOf(body: unknown, ...path: readonly string[]): string {
  const found = stringAt(body, ...path);
  if (found !== undefined && found !== '') return found;
  throw wrongBody(`${path.join('.')} is missing`);
}

/** A text of a body that may be absent. @throws Refusal for another type */
export function optionalText(body: JsonObject, key: string): string | undefined {
  const found = ownValue(body, key);
  if (found === undefined || typeof found === 'string') return found;
  throw wrongBody(`${key} must be a text`);
}

/** A list of texts of a body that may be absent. @throws Refusal for another type */
export function textsOf(body: unknown, key: string): readonly string[] {
  const found = ownValue(objectOf(body), key) ?? [];
  if (Array.isArray(found) && found.every((each): each is string => typeof each === 'string')) return found;
  throw wrongBody(`${key} must be a list of texts`);
}

/** A name that is part of a path of the API. @throws Refusal for another text */
export function nameOf(text: string | undefined, what: string): string {
  if (text !== undefined && isObjectName(text)) return text;
  throw wrongBody(`${what} ${JSON.stringify(text ?? '')} is not a name of an object`);
}

/** @throws Refusal `not-found` */
export function connectionOf({ connections }: Session, id: string): SideConnection {
  const found = connections.get(id);
  if (found === undefined) throw notFound('the connection');
  return found;
}

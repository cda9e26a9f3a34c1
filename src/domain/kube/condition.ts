import { arrayAt, stringAt } from '../core/json-object.ts';

/** The condition of a type and status in the status of an object; undefined when there is none. */
export function conditionAt(object: unknown, type: string, status: 'True' | 'False'): unknown {
  return arrayAt(object, 'status', 'conditions').find((condition) => isCondition(condition, type, status));
}

export function isCondition(condition: unknown, type: string, status: 'True' | 'False'): boolean {
  return stringAt(condition, 'type') === type && stringAt(condition, 'status') === status;
}

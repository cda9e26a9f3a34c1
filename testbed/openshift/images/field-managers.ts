import { type ImageStream, type ManagedFields, apiVersion, now } from './types.ts';

/**
 * The managers of a stream after a server-side apply, as `metadata.managedFields` shows them. An entry names its manager,
 * operation and time; the fields themselves are not tracked.
 */
export function managersAfterApply(old: ImageStream | undefined, manager: string): readonly ManagedFields[] {
  const before = old?.metadata.managedFields ?? [];
  if (before.some((entry) => entry.manager === manager)) return before;
  const fields = { fieldsType: 'FieldsV1', fieldsV1: {} } as const;
  return [...before, { manager, operation: 'Apply', apiVersion, time: now(), ...fields }];
}

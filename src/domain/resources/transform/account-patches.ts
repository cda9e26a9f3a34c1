import type { Operation } from '../json-patch.ts';
import { arrayAt, stringAt, type Resource } from '../resource.ts';
import { kindOf } from './kinds.ts';
import { removeItems } from './removals.ts';

/** Removes from a ServiceAccount the secrets that its cluster generated: token and dockercfg. The user's own stay. */
export function cleanServiceAccount(resource: Resource): readonly Operation[] {
  if (kindOf(resource) !== 'ServiceAccount') return [];
  const { name } = resource.metadata;
  const generated = (entry: unknown): boolean => {
    const secret = stringAt(entry, 'name') ?? '';
    return secret.startsWith(`${name}-token-`) || secret.startsWith(`${name}-dockercfg-`);
  };
  return removeItems(['secrets'], arrayAt(resource, 'secrets'), generated);
}

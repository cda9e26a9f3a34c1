import type { Operation } from '../../kube/json-patch.ts';
import { arrayAt, stringAt } from '../../core/json-object.ts';
import { type Resource, kindOf } from '../../kube/resource.ts';
import type { Evidence } from '../evidence.ts';
import { removeItems } from '../removals.ts';
import type { TransformOptions } from '../transform-options.ts';

/**
 * Removes from a ServiceAccount the secrets that its cluster generated, token and dockercfg, and those that the export
 * shows to be left out, whatever they are called. The user's own remain.
 */
export function cleanServiceAccount(
  resource: Resource,
  _options: TransformOptions,
  evidence: Evidence,
): readonly Operation[] {
  if (kindOf(resource) !== 'ServiceAccount') return [];
  const { name, namespace = '' } = resource.metadata;
  const generated = (entry: unknown): boolean => {
    const secret = stringAt(entry, 'name') ?? '';
    const isNamedSo = secret.startsWith(`${name}-token-`) || secret.startsWith(`${name}-dockercfg-`);
    return isNamedSo || evidence.isSecretLeftOut(namespace, secret);
  };
  return removeItems(['secrets'], arrayAt(resource, 'secrets'), generated);
}

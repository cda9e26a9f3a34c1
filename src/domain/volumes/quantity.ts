import { TaskError } from '../core/errors.ts';
import { amountOf } from '../kube/quantity.ts';

/**
 * The bytes that a Kubernetes quantity means: none that is negative, or told in parts of a thousandth.
 * @throws TaskError `invalid-param`
 */
export function parseQuantity(text: string): number {
  const bytes = /^-|[nu]$/.test(text) ? undefined : amountOf(text);
  if (bytes !== undefined) return bytes;
  throw new TaskError('invalid-param', `reading a size: ${JSON.stringify(text)} is no Kubernetes quantity`, {
    remedy: 'Write it like 10Gi or 500M.',
  });
}

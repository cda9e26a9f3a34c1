import { TaskError } from '../errors.ts';

const factors = new Map([
  ...Object.entries({ m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 }),
  ...['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].map((suffix, index): [string, number] => [suffix, 1024 ** (index + 1)]),
]);

/**
 * The bytes that a Kubernetes quantity means.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 * @throws TaskError `invalid-param`
 */
export function parseQuantity(text: string): number {
  const match = /^\+?(\d+(?:\.\d*)?|\.\d+)(?:([eE][+-]?\d+)|([A-Za-z]*))$/.exec(text);
  const [, figure = '', exponent = '', suffix = ''] = match ?? [];
  const factor = factors.get(suffix);
  if (figure === '' || factor === undefined) {
    throw new TaskError('invalid-param', `reading a size: ${JSON.stringify(text)} is no Kubernetes quantity`, {
      remedy: 'Write it like 10Gi or 500M.',
    });
  }
  return Number(`${figure}${exponent}`) * factor;
}

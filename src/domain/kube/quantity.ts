import { TaskError } from '../core/errors.ts';
import { ownValue } from '../core/json-object.ts';

// https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
const pattern = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d{1,3}))?$/;
const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};
const precision = 1e-12;

/** Whether two values are one quantity written in two ways, such as `1000m` and `1`; false when one is invalid. */
export function areEqualQuantities(a: unknown, b: unknown): boolean {
  const [left, right] = [amountOf(a), amountOf(b)];
  if (left === undefined || right === undefined) return false;
  return Math.abs(left - right) <= precision * Math.max(Math.abs(left), Math.abs(right));
}

/** What a Kubernetes quantity means, in its unit (cores, bytes, pieces); undefined for what is none. */
export function amountOf(value: unknown): number | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const [, digits, suffix = '', exponent = '0'] = pattern.exec(String(value)) ?? [];
  return digits === undefined ? undefined : Number(digits) * (ownValue(factors, suffix) ?? 1) * 10 ** Number(exponent);
}

/** The bytes that a size means; not negative, no suffix `n` or `u`. @throws TaskError `invalid-param` */
export function parseQuantity(text: string): number {
  const bytes = /^-|[nu]$/.test(text) ? undefined : amountOf(text);
  if (bytes !== undefined) return bytes;
  throw new TaskError('invalid-param', `reading a size: invalid Kubernetes quantity ${JSON.stringify(text)}`, {
    remedy: 'Write it like 10Gi or 500M.',
  });
}

import { exactInteger, type ExactInteger } from '../../domain/kube/exact-integers.ts';

export interface YamlNumber {
  readonly kind: 'integer' | 'float';
  readonly value: ExactInteger;
}

const decimal = /^[-+]?(?:0|[1-9]\d*)$/;
// strconv.ParseInt with base 0; underscores are removed before.
const integer = /^([-+]?)(?:0[xX]([\da-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+))$/;
const float = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
// strconv.ParseFloat, where an underscore must have a digit on both sides.
const pointFirst = /^\.\d+(?:_\d+)*(?:[eE][-+]?\d+(?:_\d+)*)?$/;
const special = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/**
 * Reads a plain scalar as Kubernetes does: sigs.k8s.io/yaml converts YAML to JSON with go-yaml 2, which has YAML 1.1
 * without numbers of base 60, and the `0o` of YAML 1.2. Integers keep every digit.
 * https://github.com/yaml/go-yaml/blob/v2.4.4/resolve.go
 * @returns undefined when the text is a string
 * @throws Error for infinity and for values that are not numbers, which JSON does not have
 */
export function readNumber(text: string): YamlNumber | undefined {
  if (decimal.test(text)) return { kind: 'integer', value: readDecimal(text) };
  if (special.test(text)) throw new Error(`the number ${text} does not exist in JSON`);
  if (text.startsWith('.')) return pointFirst.test(text) ? readFloat(text.replaceAll('_', '')) : undefined;
  if (!/^[-+\d]/.test(text)) return undefined;
  const plain = text.replaceAll('_', '');
  if (decimal.test(plain)) return { kind: 'integer', value: readDecimal(plain) };
  const value = readInteger(plain);
  if (value !== undefined) return { kind: 'integer', value };
  return float.test(plain) ? readFloat(plain) : undefined;
}

function readDecimal(text: string): ExactInteger {
  const value = exactInteger(text.replace('+', ''));
  return value === 0 ? 0 : value;
}

const largestUnsigned = 2n ** 64n - 1n;
const largestSigned = 2n ** 63n - 1n;

/** Undefined also for what 64 bits cannot hold: go-yaml then tries the text as a decimal float. */
function readInteger(text: string): ExactInteger | undefined {
  const [found, sign, hexadecimal, binary, octal] = integer.exec(text) ?? [];
  if (found === undefined) return undefined;
  const size = BigInt(
    hexadecimal === undefined ? (binary === undefined ? `0o${octal ?? ''}` : `0b${binary}`) : `0x${hexadecimal}`,
  );
  const limit = sign === '' ? largestUnsigned : sign === '-' ? largestSigned + 1n : largestSigned;
  if (size > limit) return undefined;
  return exactInteger((sign === '-' ? -size : size).toString());
}

/** Undefined for what a double cannot hold: go-yaml then keeps the text. */
function readFloat(text: string): YamlNumber | undefined {
  const value = Number(text);
  return Number.isFinite(value) ? { kind: 'float', value } : undefined;
}

/**
 * The text of a key: JSON has strings only. Floats are rounded to 32 bits, as sigs.k8s.io/yaml does it.
 * @returns undefined for null, lists, maps and integers that int64 cannot hold, which sigs.k8s.io/yaml refuses as keys
 *   too
 */
export function keyText(key: unknown): string | undefined {
  if (typeof key === 'string') return key;
  if (typeof key === 'boolean') return String(key);
  if (typeof key === 'bigint') return BigInt.asIntN(64, key) === key ? String(key) : undefined;
  if (typeof key !== 'number') return undefined;
  return Number.isSafeInteger(key) ? String(key) : floatText(key);
}

/** As Go's strconv.FormatFloat(value, 'g', -1, 32). */
function floatText(value: number): string {
  const single = Math.fround(value);
  if (!Number.isFinite(single)) return single < 0 ? '-.inf' : '.inf';
  const precisions = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  const precision = precisions.find((digits) => Math.fround(Number(single.toPrecision(digits))) === single) ?? 9;
  const [mantissa = '', exponent = ''] = single.toExponential(precision - 1).split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(Number(`${mantissa}e${exponent}`));
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

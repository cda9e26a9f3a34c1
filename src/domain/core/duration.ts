import { TaskError } from './errors.ts';
import { ownValue } from './json-object.ts';

const milliseconds: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * Milliseconds of a duration as Go and kubectl write it: `30s`, `1m30s`, or a plain number of seconds.
 * @throws TaskError `invalid-param` naming the param
 */
export function parseDuration(text: string, param: string): number {
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/gy)];
  if (parts.length > 0 && parts.map(([part]) => part).join('') === text) {
    return parts.reduce(
      (sum, [, amount, unit]) => sum + Number(amount) * Number(ownValue(milliseconds, String(unit))),
      0,
    );
  }
  throw new TaskError('invalid-param', `reading --${param}: invalid duration ${JSON.stringify(text)}`, {
    remedy: 'Write it as 30s, 1m30s or a number of seconds.',
  });
}

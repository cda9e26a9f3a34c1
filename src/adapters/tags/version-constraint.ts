import { compare, parse, type SemVer } from 'semver';

import { TaskError } from '../../domain/core/errors.ts';
import { ownValue } from '../../domain/core/json-object.ts';

type Operator = '=' | '!=' | '>' | '<' | '>=' | '<=' | '~' | '^';

/** One comparison, with how much of its version was written. */
interface Comparison {
  readonly operator: Operator;
  readonly version: SemVer;
  /** Parts that stand for any: none of them, the patch level, the minor and below, or all. */
  readonly open: 'nothing' | 'patch' | 'minor' | 'all';
}

const longestConstraint = 500;

/**
 * A test for tags by the rules of github.com/Masterminds/semver v3 (README, "Checking Version Constraints"), which are
 * not those of npm: `,` and blanks are "and", `||` is "or", and a version with a pre-release fits only a comparison
 * that has one too. Tags may be short (`1.2`) and may begin with `v`; tags that are not versions never fit.
 * @throws TaskError `invalid-file`
 */
export function parseVersionConstraint(text: string): (tag: string) => boolean {
  if (text.length > longestConstraint) throw refuse(text.slice(0, longestConstraint), 'it is too long');
  const choices = text.split('||').map((choice) => parseComparisons(choice, text));
  return (tag) => {
    const version = parseTag(tag);
    return version !== undefined && choices.some((all) => all.every((one) => fits(version, one)));
  };
}

const number = '\\d+|[xX*]';
const comparison = new RegExp(
  `(=|!=|>=|=>|<=|=<|>|<|~>|~|\\^)?\\s*v?(${number})(?:\\.(${number}))?(?:\\.(${number}))?(?:-([0-9A-Za-z.-]+))?(?:\\+[0-9A-Za-z.-]+)?(?=[\\s,]|$)`,
  'y',
);
const longForms: Readonly<Record<string, Operator>> = { '=>': '>=', '=<': '<=', '~>': '~' };

function parseComparisons(choice: string, text: string): readonly Comparison[] {
  // A hyphen with blanks around it is a range; without blanks it begins a pre-release.
  const rest = choice.replaceAll(/(?<!\S)(\S+)\s+-\s+(\S+)/g, '>=$1 <=$2').trim();
  const found: Comparison[] = [];
  for (let at = 0; at < rest.length || found.length === 0; ) {
    comparison.lastIndex = at;
    const match = comparison.exec(rest);
    if (match === null)
      throw refuse(text, `expected a comparison with a version, got ${JSON.stringify(rest.slice(at))}`);
    found.push(readComparison(match, text));
    at = comparison.lastIndex + (/^[\s,]*/.exec(rest.slice(comparison.lastIndex))?.[0].length ?? 0);
  }
  return found;
}

function readComparison(match: RegExpExecArray, text: string): Comparison {
  const [, sign = '=', major = 'x', minor = 'x', patch = 'x', pre] = match;
  const parts = [major, minor, patch];
  const closed = parts.findIndex((part) => !/^\d+$/.test(part));
  const written = closed < 0 ? parts : [...parts.slice(0, closed), '0', '0', '0'].slice(0, 3);
  const version = parse(written.map(strip).join('.') + (pre === undefined ? '' : `-${pre}`));
  if (version === null) throw refuse(text, `${JSON.stringify(match[0].trim())} has no valid version`);
  const open = closed < 0 ? 'nothing' : (['all', 'minor', 'patch'] as const)[closed];
  return { operator: operatorOf(sign), version, open: open ?? 'nothing' };
}

function operatorOf(sign: string): Operator {
  const found = operators.find((operator) => operator === (ownValue(longForms, sign) ?? sign));
  return found ?? '=';
}

const operators: readonly Operator[] = ['=', '!=', '>', '<', '>=', '<=', '~', '^'];

// Versions of tags may have zeros in front, which npm's strict reader refuses.
function strip(part: string): string {
  return part.replace(/^0+(?=\d)/, '');
}

function parseTag(tag: string): SemVer | undefined {
  const [, major, minor = '0', patch = '0', pre] =
    /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?$/.exec(tag) ?? [];
  if (major === undefined) return undefined;
  return parse([major, minor, patch].map(strip).join('.') + (pre === undefined ? '' : `-${pre}`)) ?? undefined;
}

function fits(version: SemVer, one: Comparison): boolean {
  const { operator, version: limit, open } = one;
  if (version.prerelease.length > 0 && limit.prerelease.length === 0) return false;
  switch (operator) {
    case '=':
      return open === 'nothing' ? compare(version, limit) === 0 : isWithin(version, one);
    case '!=':
      return open === 'nothing' ? compare(version, limit) !== 0 : !isWithin(version, one);
    case '>':
      return compare(version, limit) > 0 && (open === 'nothing' || !isWithin(version, one));
    case '<':
      return compare(version, limit) < 0;
    case '>=':
      return compare(version, limit) >= 0;
    case '<=':
      return compare(version, limit) <= 0 || (open !== 'nothing' && isWithin(version, one));
    case '~':
      return compare(version, limit) >= 0 && isWithin(version, { ...one, open: open === 'nothing' ? 'patch' : open });
    case '^':
      return compare(version, limit) >= 0 && isCompatible(version, one);
  }
}

function isWithin(version: SemVer, { version: limit, open }: Comparison): boolean {
  if (open === 'all') return true;
  if (version.major !== limit.major) return false;
  return open === 'minor' || version.minor === limit.minor;
}

/** Whether the first part that is not zero is equal, as far as parts were written. */
function isCompatible(version: SemVer, { version: limit, open }: Comparison): boolean {
  if (open === 'all') return true;
  if (version.major !== limit.major) return false;
  if (limit.major > 0 || open === 'minor') return true;
  if (version.minor !== limit.minor) return false;
  return limit.minor > 0 || open === 'patch' || version.patch === limit.patch;
}

function refuse(text: string, why: string): TaskError {
  return new TaskError('invalid-file', `reading the version constraint ${JSON.stringify(text)}: ${why}`, {
    remedy: 'Write it as github.com/Masterminds/semver reads it, for example ">=1.2, <2" or "~1.4", or list the tags.',
  });
}

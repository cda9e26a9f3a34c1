import { RE2JS } from 're2js';

import { messageOf, TaskError } from '../../domain/core/errors.ts';
import type { TagFilters } from '../../domain/images/skopeo/tag-filters.ts';
import { parseVersionConstraint } from './version-constraint.ts';

/** Far longer than any pattern that a person writes; a longer one is an attempt to exhaust memory. */
const longestPattern = 1000;

/** Chooses tags as skopeo sync does: by Go's regular expressions, which match in linear time, and by versions. */
export const tagFilters: TagFilters = {
  byRegex(pattern) {
    const compiled = compile(pattern);
    return (tag) => compiled.matcher(tag).find();
  },
  bySemver: parseVersionConstraint,
};

function compile(pattern: string): RE2JS {
  const doing = `reading the regular expression ${JSON.stringify(pattern.slice(0, longestPattern))}`;
  if (pattern.length > longestPattern) throw refuse(doing, `it has more than ${String(longestPattern)} characters`);
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    throw refuse(doing, messageOf(error));
  }
}

function refuse(doing: string, why: string): TaskError {
  return new TaskError('invalid-file', `${doing}: ${why}`, {
    remedy: 'Write it in the syntax of Go (https://github.com/google/re2/wiki/Syntax), or list the tags.',
  });
}

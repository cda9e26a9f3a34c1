/** Tests for tags. Both throw TaskError `invalid-file` for a text that they cannot follow. */
export interface TagFilters {
  /** By a regular expression of Go, matching anywhere. */
  byRegex(pattern: string): (tag: string) => boolean;
  /** By a constraint of github.com/Masterminds/semver. */
  bySemver(constraint: string): (tag: string) => boolean;
}

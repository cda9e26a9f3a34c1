// As Helm reads versions: numbers may be missing, a `v` may be before them.
const releaseVersion = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:\+[0-9A-Za-z.-]+)?$/;

/**
 * The entry with the highest version, as `helm pull` takes it without a version: pre-releases do not count, and of equal
 * versions the first one is taken.
 * @see https://semver.org/#spec-item-11
 */
export function latestOf<T>(entries: readonly T[], versionOf: (entry: T) => string): T | undefined {
  const released = entries.flatMap((entry) => {
    const found = releaseVersion.exec(versionOf(entry));
    return found === null ? [] : [{ entry, rank: rankOf(found.slice(1)) }];
  });
  // The sort keeps the order of equal ones.
  return released.sort((one, other) => (other.rank < one.rank ? -1 : Number(other.rank > one.rank)))[0]?.entry;
}

/** A text for each number, of one length: their order is that of the numbers. */
function rankOf(numbers: readonly (string | undefined)[]): string {
  return numbers.map((digits = '0') => BigInt(digits).toString().padStart(longestNumber, '0')).join('.');
}

/** Digits of the largest number that Helm reads, which has 64 bits. */
const longestNumber = 20;

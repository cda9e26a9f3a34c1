/** A digest over all files of a volume that does not depend on the order in which they come. */
export interface FileDigest {
  add(content: string): void;
  /** `sha256:<hex>`. */
  value(): string;
}

const modulus = 1n << 256n;

/** Sums up digests modulo 2^256: rsync lists in an order of its own, and sorting needs memory for all names. */
export function createFileDigest(sha256: (text: string) => string): FileDigest {
  let sum = 0n;
  const numberOf = (text: string): bigint => BigInt(`0x${sha256(text).replace('sha256:', '')}`);
  return {
    add(content) {
      sum += numberOf(content);
    },
    value: () => sha256((sum % modulus).toString(16)),
  };
}

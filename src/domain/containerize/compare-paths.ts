const firstSurrogate = 0xd800;
const afterSurrogates = 0xe000;
const surrogates = afterSurrogates - firstSurrogate;
const beforeTheEnd = 0x10000 - afterSurrogates;

/** Compares two paths as their UTF-8 bytes do. The order of strings differs where a character needs a surrogate pair. */
export function comparePaths(a: string, b: string): number {
  const common = Math.min(a.length, b.length);
  for (let at = 0; at < common; at += 1) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (left !== right) return weightOf(left) - weightOf(right);
  }
  return a.length - b.length;
}

/** Surrogates stand for characters after all others. */
function weightOf(unit: number): number {
  if (unit >= afterSurrogates) return unit - surrogates;
  return unit >= firstSurrogate ? unit + beforeTheEnd : unit;
}

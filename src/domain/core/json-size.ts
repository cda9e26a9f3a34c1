const quote = 0x22;
const backslash = 0x5c;
/** Each of these begins a value: `,`, `[` and `{`. */
const openers: ReadonlySet<number> = new Set([0x2c, 0x5b, 0x7b]);

/**
 * Whether JSON has more values than allowed, before it is parsed: a byte becomes 28 in memory in a list of empty objects.
 * @param json bytes in UTF-8; of invalid JSON any answer is right
 */
export function hasMoreValues(json: Uint8Array, most: number): boolean {
  let count = 0;
  let isText = false;
  let isEscaped = false;
  for (const byte of json) {
    if (isEscaped) isEscaped = false;
    else if (byte === quote) isText = !isText;
    else if (isText) isEscaped = byte === backslash;
    else if (openers.has(byte)) {
      count += 1;
      if (count > most) return true;
    }
  }
  return false;
}

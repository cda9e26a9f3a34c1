/**
 * The text without a character that repeats at its end, in linear time, which a pattern such as `/x+$/` does not take.
 */
export function withoutTrailing(text: string, character: string): string {
  let end = text.length;
  while (text.charAt(end - 1) === character) end -= 1;
  return text.slice(0, end);
}

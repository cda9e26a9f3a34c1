/**
 * The text without a character that repeats at its end. A pattern such as `/x+$/` starts again at each `x`, which takes
 * the square of the length for a text with many of them.
 */
export function withoutTrailing(text: string, character: string): string {
  let end = text.length;
  while (text.charAt(end - 1) === character) end -= 1;
  return text.slice(0, end);
}

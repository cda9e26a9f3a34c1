/** The value of a JSON text; undefined for any other text. The message of the parser would quote the text, so it is lost. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

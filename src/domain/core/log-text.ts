// C0 and C1 controls, bidirectional overrides and line separators: what could move a cursor or reorder a line.
const unprintable = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** Escapes what could move a terminal's cursor, forge a log line or reorder text. */
export function escapeControls(text: string): string {
  return text.replaceAll(unprintable, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

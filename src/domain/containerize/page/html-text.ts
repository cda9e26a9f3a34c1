import { escapeControls } from '../../core/log-text.ts';

/** A piece of HTML. Only functions of this folder make it; a text is none until it is escaped. */
export interface Html {
  readonly html: string;
}

/** What may stand in a template: texts are escaped, lists are joined, undefined is nothing. */
export type Part = string | number | Html | undefined | readonly Part[];

// More characters without a width, or that change the order of others, than those that move the cursor of a terminal.
const invisible = /[\u00ad\u061c\u115f\u1160\u180e\u200b-\u200d\u2060-\u2064\ufeff]|\u{e0001}|[\u{e0020}-\u{e007f}]/gu;
const longestText = 600;

/** A template whose parts are escaped. */
export function html(pieces: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: pieces.map((piece, index) => `${piece}${toHtml(parts[index])}`).join('') };
}

function toHtml(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return escapeText(part);
  return 'html' in part ? part.html : part.map(toHtml).join('');
}

/** A text of any origin as one can see it: controls and invisible characters have names. */
export function showText(text: string): string {
  const visible = escapeControls(text).replaceAll(
    invisible,
    (character) => `\\u{${Number(character.codePointAt(0)).toString(16)}}`,
  );
  return visible.toWellFormed();
}

/** A text for a table, of many rows: a long one has a gap. */
export function shorten(text: string): string {
  const half = longestText / 2;
  return text.length <= longestText ? text : `${text.slice(0, half)} … ${text.slice(-half)}`;
}

function escapeText(text: string): string {
  return showText(text).replaceAll(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`);
}

/** JSON in a `script` element that is data: no text in it can end the element. */
export function jsonData(id: string, value: unknown): Html {
  const json = JSON.stringify(value).replaceAll('<', '\\u003c');
  return { html: `<script type="application/json" id="${id}">${json}</script>` };
}

/** An element with texts that the program has: a script or a style. */
export function rawElement(name: 'script' | 'style', content: string): Html {
  return { html: `<${name}>${content}</${name}>` };
}

/** A path or another text whose characters must be read one by one. */
export function path(text: string): Html {
  return html`<span class="path">${text}</span>`;
}

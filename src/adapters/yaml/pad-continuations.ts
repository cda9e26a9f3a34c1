/** Spaces that a reader who insists on indentation needs at the start of a line. */
export interface Padding {
  /** Start of the line, in UTF-16 code units. */
  readonly at: number;
  readonly spaces: number;
}

/** Very long indentation times very many lines could grow without bound: what is above is left to the parser to refuse. */
const mostSpaces = 16 * 1024 * 1024;

/**
 * go-yaml, which Helm reads with, does not look at the indentation of lines inside flow collections and quoted scalars;
 * the specification of YAML and js-yaml do. Finds those lines that are not indented below their key. Leading blanks have
 * no meaning there, so that padding changes no value. Follows the scanner of go-yaml (`scannerc.go`) as far as it decides
 * where such a collection or scalar starts and ends; it accepts text that is not YAML, which the parser then refuses.
 */
export function findPadding(text: string): readonly Padding[] {
  const scan: Scan = { text, at: 0, line: 0, indents: [], flow: 0, key: undefined, padding: [], spaces: 0 };
  while (skipBlanks(scan)) readToken(scan);
  return scan.padding;
}

/** The text with the padding in it. */
export function applyPadding(text: string, padding: readonly Padding[]): string {
  let from = 0;
  const parts: string[] = [];
  for (const { at, spaces } of padding) {
    parts.push(text.slice(from, at), ' '.repeat(spaces));
    from = at;
  }
  return parts.join('') + text.slice(from);
}

/** Where a place of the padded text is in the text without it. */
export function withoutPadding(padding: readonly Padding[]): (place: number) => number {
  let total = 0;
  const ends = padding.map(({ at, spaces }) => ({ at, before: total, end: at + (total += spaces) }));
  return (place) => {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ends[middle]?.end ?? place) <= place) low = middle + 1;
      else high = middle;
    }
    const after = low === 0 ? 0 : (ends[low - 1]?.end ?? 0) - (ends[low - 1]?.at ?? 0);
    // A place within the padding is at the start of its line.
    return Math.min(place - after, ends[low]?.at ?? Infinity);
  };
}

interface Scan {
  readonly text: string;
  at: number;
  /** Start of the current line. */
  line: number;
  /** Columns of the open block collections. */
  readonly indents: number[];
  /** Open flow collections. */
  flow: number;
  /** Column of what may be a key, on the current line. */
  key: number | undefined;
  readonly padding: Padding[];
  /** Of the padding so far. */
  spaces: number;
}

const documentMark = /(?:---|\.\.\.)(?![^ \t\r\n])/y;
const anchorOrTag = /[&*!][^ \t\r\n,[\]{}]*/y;
const lineEnd = /[^\r\n]*/y;
const blockHeader = /[|>](?:[-+]?([1-9])?[-+]?)[^\r\n]*/y;
const plainInBlock = /(?:[^ \t\r\n:]|:(?=[^ \t\r\n]))+/y;
const plainInFlow = /(?:[^ \t\r\n:,?[\]{}]|:(?=[^ \t\r\n,[\]{}])|\?(?=[^ \t\r\n]))+/y;
const spaces = / */y;

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function lengthAt(pattern: RegExp, text: string, at: number): number {
  return matchAt(pattern, text, at)?.[0].length ?? 0;
}

/** Skips blanks and comments before the next token; false at the end. */
function skipBlanks(scan: Scan): boolean {
  for (;;) {
    const character = scan.text[scan.at];
    if (character === undefined) return false;
    if (isBreak(character)) nextLine(scan, scan.flow > 0);
    else if (character === '#') scan.at += lengthAt(lineEnd, scan.text, scan.at);
    else if (character === ' ' || character === '\t' || character === '\ufeff') scan.at += 1;
    else return true;
  }
}

function isBreak(character: string | undefined): boolean {
  return character === '\n' || character === '\r';
}

function isBlankAt({ text }: Scan, at: number): boolean {
  const character = text[at];
  return character === undefined || character === ' ' || character === '\t' || isBreak(character);
}

/** Past a line break. */
function nextLine(scan: Scan, isContinued: boolean): void {
  scan.at += scan.text[scan.at] === '\r' && scan.text[scan.at + 1] === '\n' ? 2 : 1;
  scan.line = scan.at;
  scan.key = undefined;
  if (!isContinued) return;
  const indent = lengthAt(spaces, scan.text, scan.at);
  const next = scan.text[scan.at + indent];
  if (next === undefined || isBreak(next) || matchAt(documentMark, scan.text, scan.at) !== null) return;
  // Two more than the column of the collection around it: enough for any value of a map or a list.
  const missing = indentOf(scan) + 2 - indent;
  if (missing <= 0 || scan.spaces + missing > mostSpaces) return;
  scan.padding.push({ at: scan.at, spaces: missing });
  scan.spaces += missing;
}

/** Column of the innermost block collection, -1 outside of all. */
function indentOf({ indents }: Scan): number {
  return indents.at(-1) ?? -1;
}

function readToken(scan: Scan): void {
  const column = scan.at - scan.line;
  if (column === 0 && startsDocument(scan)) return;
  if (scan.flow === 0) while (indentOf(scan) > column) scan.indents.pop();
  if (readIndicator(scan, column)) return;
  if (scan.flow === 0) scan.key ??= column;
  const character = scan.text[scan.at] ?? '';
  if (character === '"' || character === "'") {
    readQuoted(scan);
  } else if (character === '[' || character === '{') {
    scan.flow += 1;
    scan.at += 1;
  } else if ('&*!'.includes(character)) {
    scan.at += lengthAt(anchorOrTag, scan.text, scan.at);
  } else {
    readPlain(scan);
  }
}

function startsDocument(scan: Scan): boolean {
  const isDirective = scan.flow === 0 && scan.text[scan.at] === '%';
  if (!isDirective && matchAt(documentMark, scan.text, scan.at) === null) return false;
  scan.at += isDirective ? lengthAt(lineEnd, scan.text, scan.at) : 3;
  scan.indents.length = 0;
  scan.flow = 0;
  return true;
}

/** Dash, question mark, colon, comma, closing bracket and block scalar. */
function readIndicator(scan: Scan, column: number): boolean {
  const character = scan.text[scan.at] ?? '';
  const isFlow = scan.flow > 0;
  if (!isFlow && (character === '|' || character === '>')) {
    readBlockScalar(scan);
    return true;
  }
  if (character === ']' || character === '}') scan.flow = Math.max(0, scan.flow - 1);
  else if (isFlow ? !',:'.includes(character) : !'-?:'.includes(character) || !isBlankAt(scan, scan.at + 1))
    return isFlow && character === '?' && isBlankAt(scan, scan.at + 1) && skipOne(scan);
  else if (!isFlow) openCollection(scan, character === ':' ? (scan.key ?? column) : column);
  return skipOne(scan);
}

function skipOne(scan: Scan): true {
  scan.at += 1;
  return true;
}

function openCollection(scan: Scan, column: number): void {
  if (indentOf(scan) < column) scan.indents.push(column);
  scan.key = undefined;
}

function readQuoted(scan: Scan): void {
  const quote = scan.text[scan.at];
  scan.at += 1;
  for (let character = scan.text[scan.at]; character !== undefined; character = scan.text[scan.at]) {
    if (isBreak(character)) {
      nextLine(scan, true);
    } else if (character === quote && !(quote === "'" && scan.text[scan.at + 1] === quote)) {
      scan.at += 1;
      return;
    } else {
      const isPair = character === quote || (quote === '"' && character === '\\' && !isBreak(scan.text[scan.at + 1]));
      scan.at += isPair ? 2 : 1;
    }
  }
}

function readPlain(scan: Scan): void {
  const { text } = scan;
  for (;;) {
    const length = lengthAt(scan.flow > 0 ? plainInFlow : plainInBlock, text, scan.at);
    // A character that starts no token is skipped too: the parser refuses it.
    scan.at += length;
    if (length === 0 || !isBlankAt(scan, scan.at)) {
      if (length === 0) scan.at += 1;
      return;
    }
    if (!skipBlanksOfPlain(scan)) return;
  }
}

/** Past blanks and line breaks; false where the plain scalar ends. */
function skipBlanksOfPlain(scan: Scan): boolean {
  const { line } = scan;
  while (scan.at < scan.text.length && isBlankAt(scan, scan.at)) {
    if (isBreak(scan.text[scan.at])) nextLine(scan, scan.flow > 0);
    else scan.at += 1;
  }
  const next = scan.text[scan.at];
  if (next === undefined || next === '#' || (next === ':' && isBlankAt(scan, scan.at + 1))) return false;
  if (scan.flow > 0 && ',:?[]{}'.includes(next)) return false;
  if (scan.at === scan.line && matchAt(documentMark, scan.text, scan.at) !== null) return false;
  return scan.line === line || scan.flow > 0 || scan.at - scan.line > indentOf(scan);
}

/** Past the lines of a literal or folded scalar, none of which has a meaning. */
function readBlockScalar(scan: Scan): void {
  const { text } = scan;
  const header = matchAt(blockHeader, text, scan.at);
  scan.at += header?.[0].length ?? 1;
  const least = Math.max(indentOf(scan), 0);
  let indent = header?.[1] === undefined ? undefined : least + Number(header[1]);
  let deepestBlank = 0;
  while (scan.at < text.length) {
    nextLine(scan, false);
    const found = lengthAt(spaces, text, scan.at);
    const isEmpty = scan.at + found >= text.length || isBreak(text[scan.at + found]);
    if (isEmpty) deepestBlank = Math.max(deepestBlank, found);
    else indent ??= Math.max(deepestBlank, found, indentOf(scan) + 1, 1);
    if (!isEmpty && found < (indent ?? 0)) return;
    scan.at += lengthAt(lineEnd, text, scan.at);
  }
}

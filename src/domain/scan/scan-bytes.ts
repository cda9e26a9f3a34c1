import type { Meaning, ReadyRule, ScanSet } from './scan-set.ts';

/** A place with a secret, before it is known what it means for the run. */
export interface Match {
  readonly rule: string;
  /** Counted from 1; 0 in binary content. */
  readonly line: number;
  /** Equal for equal values of a rule. Must not leave the process: a short value could be guessed from it. */
  readonly mark: number;
}

/** One content that is scanned as its bytes come. */
export interface ByteScan {
  /** The bytes are copied. */
  readonly write: (bytes: Uint8Array) => void;
  readonly end: () => void;
}

export interface ScanTarget {
  readonly path: string;
  /** Binary content whose texts are scanned by all rules, such as databases and compiled programs of Python. */
  readonly texts: boolean;
}

/** Memory for the bytes of one content, and their text. */
export interface ScanBuffer {
  /** At an even place of its memory. Longer than twice the reach of all rules. */
  readonly bytes: Uint8Array;
  /** Bytes from a place to another, each as the character of its number. */
  readonly textOf: (from: number, to: number) => string;
}

interface ScanOutputs {
  readonly found: (match: Match) => void;
  /** A rule was not applied to all of the content, because that would take too long. Called once for a rule. */
  readonly limited: (rule: string) => void;
}

/** Bytes that a match can have after its keyword, and before it. Values of Secrets are shorter. */
const reachAfter = 16_384;
const reachBefore = 8192;
/** A match of so many characters, which reaches the end of its window, is one of an expression without a longest match. */
const longMatch = 2048;

interface Window {
  from: number;
  to: number;
  keywords: number;
}

/** Makes a scan of one content. Its findings do not depend on the pieces in which the bytes come. */
export function scanBytes(
  set: ScanSet,
  { buffer, target, found, limited }: ScanOutputs & { readonly buffer: ScanBuffer; readonly target: ScanTarget },
): ByteScan {
  const state = newState();
  const context: Context = { set, buffer, target, found, limited, state };
  const { bytes } = buffer;
  return {
    write: (piece) => {
      for (let taken = 0; taken < piece.length; ) {
        if (state.filled === bytes.length) search(context, false);
        const part = piece.subarray(taken, taken + bytes.length - state.filled);
        bytes.set(part, state.filled);
        state.filled += part.length;
        taken += part.length;
      }
    },
    end: () => {
      search(context, true);
      for (const { id, path } of set.pathRules) if (path.test(target.path)) found({ rule: id, line: 0, mark: 0 });
    },
  };
}

interface State {
  /** Bytes in the buffer. */
  filled: number;
  /** Bytes that were searched. */
  searched: number;
  /** Bytes of the content before the buffer. */
  dropped: number;
  /** Lines that end before the buffer. */
  lines: number;
  /** For each rule, where its last match ended in the content. */
  readonly ends: Map<number, number>;
  readonly windows: Map<number, Window>;
  /** For each rule the cost of its windows. */
  readonly costs: Map<number, number>;
  /** Whether a byte of the content was zero: then its lines are not counted. */
  isBinary: boolean;
}

interface Context extends ScanOutputs {
  readonly set: ScanSet;
  readonly buffer: ScanBuffer;
  readonly target: ScanTarget;
  readonly state: State;
}

function newState(): State {
  return {
    filled: 0,
    searched: 0,
    dropped: 0,
    lines: 0,
    ends: new Map(),
    windows: new Map(),
    costs: new Map(),
    isBinary: false,
  };
}

function search(context: Context, isEnd: boolean): void {
  const { set, buffer, state, target, found } = context;
  const to = isEnd ? state.filled : state.filled - reachAfter;
  const isBinary = buffer.bytes.subarray(0, state.filled).includes(0);
  state.isBinary ||= isBinary;
  const all = !isBinary || target.texts;
  const lineAt = lineCounter(context);
  set.prefilter.find(buffer.bytes, { from: state.searched, to, end: state.filled }, (pattern, at) => {
    const meaning = set.meanings[pattern] as Meaning;
    if (meaning.secret !== undefined) found({ rule: meaning.secret, line: lineAt(at), mark: 0 });
    for (const rule of meaning.rules) {
      const ready = set.rules[rule] as ReadyRule;
      const isFor = ready.path === undefined || ready.path.test(target.path);
      if (isFor && (all || ready.specific)) widen(context, rule, { at, isEnd, isBinary, lineAt });
    }
  });
  for (const rule of [...state.windows.keys()].sort((a, b) => a - b)) flush(context, rule, { isEnd, isBinary, lineAt });
  state.searched = to;
  if (!isEnd) drop(context, to - reachBefore);
}

interface Moment {
  readonly isEnd: boolean;
  readonly isBinary: boolean;
  readonly lineAt: (at: number) => number;
}

function widen(context: Context, rule: number, moment: Moment & { readonly at: number }): void {
  const { before, after, longestWindow } = context.set.rules[rule] as ReadyRule;
  const from = Math.max(0, moment.at - before);
  const to = Math.min(context.state.filled, moment.at + after);
  const known = context.state.windows.get(rule);
  if (known !== undefined && from <= known.to && to - known.from <= longestWindow) {
    known.to = Math.max(known.to, to);
    known.from = Math.min(known.from, from);
    known.keywords += 1;
    return;
  }
  if (known !== undefined) flush(context, rule, moment);
  context.state.windows.set(rule, { from, to, keywords: 1 });
}

function flush(context: Context, rule: number, { isEnd, isBinary, lineAt }: Moment): void {
  const { set, buffer, target, found, state } = context;
  const window = state.windows.get(rule) as Window;
  state.windows.delete(rule);
  const { id, expression, judge, costOf, mostCost } = set.rules[rule] as ReadyRule;
  const before = state.costs.get(rule) ?? 0;
  if (before > mostCost) return;
  const raw = buffer.textOf(window.from, window.to);
  const cost = before + costOf(window.keywords, raw);
  state.costs.set(rule, cost);
  if (cost > mostCost) {
    context.limited(id);
    return;
  }
  const text = isBinary ? raw.replaceAll(/[^\t\n\r\x20-\x7e]/g, '\n') : raw;
  // A match at an edge may be one only because the window ends there, unless it is longer than the window.
  const [startsHere, endsHere] = [state.dropped + window.from === 0, isEnd && window.to === state.filled];
  for (const match of text.matchAll(expression)) {
    const end = match.index + match[0].length;
    const isCut = end === text.length && !endsHere && match[0].length < longMatch;
    if (isCut || (match.index === 0 && !startsHere)) continue;
    const place = state.dropped + window.from + end;
    if (place <= (state.ends.get(rule) ?? -1)) continue;
    const value = judge(match, target.path);
    if (value === undefined) continue;
    state.ends.set(rule, place);
    found({ rule: id, line: lineAt(window.from + match.index), mark: markOf(value) });
  }
}

function lineCounter({ buffer, state }: Context): (at: number) => number {
  let [counted, lines] = [0, state.lines];
  return (at) => {
    if (state.isBinary) return 0;
    if (at < counted) [counted, lines] = [0, state.lines];
    lines += countLines(buffer.bytes, counted, at);
    counted = at;
    return lines + 1;
  };
}

function countLines(bytes: Uint8Array, from: number, to: number): number {
  let lines = 0;
  for (let at = from; at < to; at += 1) lines += Number(bytes[at] === 10);
  return lines;
}

/** Removes bytes that no match can have any more; an even number, so that the rest keeps its place among the words. */
function drop({ buffer, state }: Context, before: number): void {
  const count = before & ~1;
  if (!state.isBinary) state.lines += countLines(buffer.bytes, 0, count);
  buffer.bytes.copyWithin(0, count, state.filled);
  state.filled -= count;
  state.searched -= count;
  state.dropped += count;
}

/** FNV-1a in 32 bits, twice with different starts. */
function markOf(value: string): number {
  let [low, high] = [0x811c9dc5, 0x1000193];
  for (let at = 0; at < value.length; at += 1) {
    low = Math.imul(low ^ value.charCodeAt(at), 0x01000193);
    high = Math.imul(high ^ value.charCodeAt(at), 0x01000193) + at;
  }
  return (low >>> 0) * 0x10_0000 + (high >>> 12);
}

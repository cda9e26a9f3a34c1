import { findThroughViews, type Span } from './text-views.ts';

/** Characters that every form has at least; forms are found by a hash of so many characters. */
export const shortestForm = 6;
/** A form up to this length is found as a whole; a longer one as soon as so many characters agree. */
const headLength = 64;
/** Characters kept of one form: Secrets of 1 MiB must not fill the memory. */
const longestKept = 8192;
const mask = '***';
const factor = 31;
const factorOfFirst = factor ** (shortestForm - 1);

/** Several forms that begin with the same characters, or whose hashes are equal. */
interface Bucket {
  /** Short forms by their length. */
  readonly exact: Map<number, Set<string>>;
  /** Long forms by their first characters, sorted. */
  readonly long: Map<string, string[]>;
}

/**
 * Replaces secret texts by `***`. The time is linear in the text for any number of forms: at each place at most one
 * lookup for each length of a short form, and a binary search among long ones. What agrees with a long form in its first
 * 64 characters is replaced as far as it agrees, so that a form which another program cut short is found too.
 */
export class SecretMatcher {
  readonly #buckets = new Map<number, string | Bucket>();
  /** Forms of which only the first part was kept. */
  readonly #cut = new Set<string>();

  /** Adds a form of at least 6 characters; shorter ones are ignored. */
  add(form: string): void {
    if (form.length < shortestForm) return;
    const kept = form.length > longestKept ? copyOf(form.slice(0, longestKept)) : form;
    const key = hashOf(kept);
    const found = this.#buckets.get(key);
    if (form.length > longestKept) this.#cut.add(kept);
    if (found === kept) return;
    if (found === undefined) {
      this.#buckets.set(key, kept);
      return;
    }
    const bucket = typeof found === 'string' ? bucketOf(found) : found;
    addTo(bucket, kept);
    this.#buckets.set(key, bucket);
  }

  /** The text with each form replaced by `***`, also where it is encoded or split. */
  redact(text: string): string {
    if (this.#buckets.size === 0 || text.length < shortestForm) return text;
    const spans = findThroughViews(text, (view) => this.#find(view));
    return spans.length === 0 ? text : maskSpans(text, spans);
  }

  /** Where the forms are in a text as it is. */
  #find(text: string): readonly Span[] {
    const spans: Span[] = [];
    let hash = hashOf(text);
    let covered = 0;
    for (let at = 0; at + shortestForm <= text.length; at += 1) {
      if (at > 0) hash = nextHash(hash, text, at);
      const bucket = this.#buckets.get(hash);
      if (bucket === undefined) continue;
      const end = this.#endAt(text, at, { bucket, covered });
      if (end <= Math.max(at, covered)) continue;
      spans.push([at, end]);
      covered = end;
    }
    return spans;
  }

  /** Where the longest form ends that begins at a place; the place itself when none does. */
  #endAt(text: string, at: number, { bucket, covered }: { bucket: string | Bucket; covered: number }): number {
    // Without this condition a text that repeats one character would be compared from each place to its end.
    const canHoldLong = at + headLength > covered;
    if (typeof bucket === 'string') {
      if (bucket.length > headLength) return canHoldLong ? this.#endOfLong(text, at, [bucket]) : at;
      return text.startsWith(bucket, at) ? at + bucket.length : at;
    }
    let end = at;
    for (const [length, forms] of bucket.exact) {
      if (at + length > Math.max(end, covered) && forms.has(text.slice(at, at + length))) end = at + length;
    }
    if (bucket.long.size === 0 || !canHoldLong) return end;
    const forms = bucket.long.get(text.slice(at, at + headLength));
    return forms === undefined ? end : this.#endOfLong(text, at, forms);
  }

  #endOfLong(text: string, at: number, forms: readonly string[]): number {
    const { length, form } = longestAgreement(text, at, forms);
    if (length < headLength) return at;
    return length === form.length && this.#cut.has(form) ? text.length : at + length;
  }
}

/** Spans that overlap, or follow each other directly, get one mask. */
function maskSpans(text: string, spans: readonly Span[]): string {
  let clean = '';
  let kept = 0;
  for (const [start, end] of [...spans].sort(([a], [b]) => a - b)) {
    if (start > kept || kept === 0) clean += text.slice(kept, start) + mask;
    kept = Math.max(kept, end);
  }
  return clean + text.slice(kept);
}

/** What agrees with most characters is beside the place where the text would be sorted in. */
function longestAgreement(text: string, at: number, forms: readonly string[]): { length: number; form: string } {
  let longest = { length: 0, form: '' };
  let low = 0;
  let high = forms.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const form = String(forms[middle]);
    const length = agreement(text, at, form);
    if (length > longest.length) longest = { length, form };
    if (isSmaller(form, text, { length, at })) low = middle + 1;
    else high = middle;
  }
  return longest;
}

function agreement(text: string, at: number, form: string): number {
  const most = Math.min(form.length, text.length - at);
  let length = 0;
  while (length < most && form.charCodeAt(length) === text.charCodeAt(at + length)) length += 1;
  return length;
}

function isSmaller(form: string, text: string, { length, at }: { length: number; at: number }): boolean {
  if (length === form.length) return true;
  return at + length < text.length && form.charCodeAt(length) < text.charCodeAt(at + length);
}

function bucketOf(form: string): Bucket {
  const bucket: Bucket = { exact: new Map(), long: new Map() };
  addTo(bucket, form);
  return bucket;
}

function addTo({ exact, long }: Bucket, form: string): void {
  if (form.length <= headLength) {
    const forms = exact.get(form.length) ?? new Set();
    exact.set(form.length, forms.add(form));
    return;
  }
  const head = form.slice(0, headLength);
  const forms = long.get(head) ?? [];
  long.set(head, forms);
  let low = 0;
  let high = forms.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (String(forms[middle]) < form) low = middle + 1;
    else high = middle;
  }
  if (forms[low] !== form) forms.splice(low, 0, form);
}

/** The part of a string holds the whole of it in memory; its copy does not. */
function copyOf(text: string): string {
  return String(JSON.parse(JSON.stringify(text)));
}

function hashOf(text: string): number {
  let hash = 0;
  for (let at = 0; at < shortestForm; at += 1) hash = (Math.imul(hash, factor) + text.charCodeAt(at)) | 0;
  return hash;
}

/** The hash of the characters from a place on, from that of the place before it. */
function nextHash(hash: number, text: string, at: number): number {
  const rest = hash - Math.imul(text.charCodeAt(at - 1), factorOfFirst);
  return (Math.imul(rest, factor) + text.charCodeAt(at + shortestForm - 1)) | 0;
}

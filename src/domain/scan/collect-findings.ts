import { createAllowList, type AllowEntry } from './allow-list.ts';
import type { Finding } from './finding.ts';
import { sourceOfCompiled, type PackageRecords } from './package-record.ts';
import type { Match } from './scan-bytes.ts';
import type { ValueCounts } from './secret-values.ts';

/** What the scan could not do, or did not do in full. */
export interface ScanNote {
  readonly place: string;
  /**
   * `not-decoded`: an archive, notebook or repository that was scanned as bytes only. `limit`: only a part of its content
   * was scanned. `more`: further findings of a rule in this place are counted and not listed. `record-unreadable`: a
   * package's list of files that was ignored. `unused-allow`: an entry of the allow list that no finding needed.
   */
  readonly reason: 'not-decoded' | 'limit' | 'more' | 'record-unreadable' | 'unused-allow';
  readonly detail: string;
}

export interface ScanCounts {
  readonly files: number;
  readonly bytes: number;
  /** All findings by weight, those that are not listed too. */
  readonly weights: Readonly<Record<Finding['weight'], number>>;
  readonly values: ValueCounts;
}

/** What a scan found, sorted by place. */
export interface ScanOutcome {
  readonly findings: readonly Finding[];
  readonly notes: readonly ScanNote[];
  readonly counts: ScanCounts;
}

/** A match, and where in its file or text it is: `member a/b.txt`, `cell 3, output`; empty for the whole. */
export interface PlacedMatch extends Match {
  readonly part: string;
}

/** A file or a text with matches. */
export interface MatchedPlace {
  readonly place: string;
  /** SHA-256 of the whole file in hex; undefined for texts. */
  readonly digest: string | undefined;
  /** Whether it is part of the base image, which is published already. */
  readonly isBase: boolean;
  readonly matches: readonly PlacedMatch[];
  /** Matches that were not kept. */
  readonly more: number;
}

/** Findings of one rule that are listed for one place. */
const mostListed = 10;

/** Decides what the matches mean for the run. Called when all files were scanned, because a package's list may come last. */
export function weighMatches(
  places: readonly MatchedPlace[],
  { allow, records }: { readonly allow: readonly AllowEntry[]; readonly records: PackageRecords },
): { findings: readonly Finding[]; notes: readonly ScanNote[]; weights: ScanCounts['weights'] } {
  const allowed = createAllowList(allow);
  const weights = { blocks: 0, 'known-package-file': 0, 'base-image': 0, allowed: 0 };
  const known = new Map(places.filter((place) => isRecorded(place, records)).map((place) => [place.place, place]));
  const findings: Finding[] = [];
  const notes: ScanNote[] = [];
  for (const place of [...places].sort(byPlace)) {
    const listed = new Map<string, number>();
    for (const match of place.matches) {
      const finding = weigh(place, match, { known, allowed });
      weights[finding.weight] += 1;
      const count = (listed.get(match.rule) ?? 0) + 1;
      listed.set(match.rule, count);
      if (count <= mostListed) findings.push(finding);
    }
    notes.push(...notesOf(place, listed));
  }
  for (const { rule, place } of allowed.unused()) notes.push({ place, reason: 'unused-allow', detail: rule });
  return { findings, notes, weights };
}

function byPlace(a: MatchedPlace, b: MatchedPlace): number {
  if (a.place === b.place) return 0;
  return a.place < b.place ? -1 : 1;
}

function isRecorded({ place, digest }: MatchedPlace, records: PackageRecords): boolean {
  return digest !== undefined && records.get(place) === digest;
}

interface Weighing {
  readonly known: ReadonlyMap<string, MatchedPlace>;
  readonly allowed: ReturnType<typeof createAllowList>;
}

function weigh(place: MatchedPlace, match: PlacedMatch, { known, allowed }: Weighing): Finding {
  const line = match.line > 0 ? `line ${String(match.line)}` : '';
  const detail = [match.part, line].filter((part) => part !== '').join(', ');
  const finding = { place: place.place, detail, rule: match.rule };
  if (place.isBase) return { ...finding, weight: 'base-image', reason: '' };
  if (known.has(place.place) || isCompiled(place, match, known))
    return { ...finding, weight: 'known-package-file', reason: '' };
  const entry = allowed.match(match.rule, place.place);
  if (entry === undefined) return { ...finding, weight: 'blocks', reason: '' };
  return { ...finding, weight: 'allowed', reason: entry.reason };
}

/** Python compiles files after they were installed: the value stands in the source, which its package lists. */
function isCompiled(place: MatchedPlace, { rule, mark }: PlacedMatch, known: Weighing['known']): boolean {
  const source = sourceOfCompiled(place.place);
  const found = source === undefined ? undefined : known.get(source);
  return found?.matches.some((match) => match.rule === rule && match.mark === mark) === true;
}

function notesOf({ place, more }: MatchedPlace, listed: ReadonlyMap<string, number>): readonly ScanNote[] {
  const notes = [...listed].flatMap(([rule, count]) =>
    count > mostListed ? [`${rule}: ${String(count - mostListed)} more`] : [],
  );
  if (more > 0) notes.push(`${String(more)} more of any rule`);
  return notes.map((detail) => ({ place, reason: 'more', detail }));
}

import { escapeControls } from '../core/log-text.ts';
import type { Item } from '../reports/outcome.ts';
import type { VerifyGroup } from '../reports/reasons.ts';
import type { Redactor } from '../core/secret.ts';

/** One line of a verification: what was looked at, and where it differs how. */
export interface VerifiedItem {
  readonly item: Item<VerifyGroup>;
  /** Unified diff without a header; absent when there is nothing to show. */
  readonly diff?: string;
}

/** One check with all it found, in the order of the report. */
export interface Section {
  readonly title: string;
  readonly findings: Iterable<VerifiedItem>;
}

/**
 * A verification in Markdown: a verdict, a table of the checks, each difference with its diff, what agrees as counts.
 */
export function formatVerification(sections: readonly Section[], redactor: Redactor): string {
  const counted = sections.map(countFindings);
  const failed = counted.reduce((sum, { differ }) => sum + differ, 0);
  const verdict = failed === 0 ? 'Everything is as planned.' : `${String(failed)} differences.`;
  return [
    '# Verification',
    '',
    `**${verdict}**`,
    '',
    '| check | agree | differ |',
    '| --- | ---: | ---: |',
    ...counted.map(({ title, agree, differ }) => `| ${title} | ${String(agree)} | ${String(differ)} |`),
    ...sections.flatMap((section) => formatSection(section, redactor)),
    '',
  ].join('\n');
}

/** A check in figures. */
interface CountedSection {
  readonly title: string;
  readonly agree: number;
  readonly differ: number;
}

/** How many findings of a check agree, and how many differ. */
export function countFindings({ title, findings }: Section): CountedSection {
  const counts = { agree: 0, differ: 0 };
  for (const finding of findings) counts[isFailed(finding) ? 'differ' : 'agree'] += 1;
  return { title, ...counts };
}

function formatSection({ title, findings }: Section, redactor: Redactor): readonly string[] {
  const shown = Iterator.from(findings)
    .filter((finding) => isFailed(finding) || finding.item.message !== undefined)
    .toArray();
  return shown.length === 0 ? [] : ['', `## ${title}`, ...shown.flatMap((finding) => formatFinding(finding, redactor))];
}

function formatFinding({ item, diff }: VerifiedItem, { redact }: Redactor): readonly string[] {
  const { id, outcome, reason, message } = item;
  const sign = outcome === 'failed' ? 'differs' : 'agrees';
  const line = `- ${sign}: ${asCode(id)} ${reason}${message === undefined ? '' : `: ${asText(redact(message))}`}`;
  if (diff === undefined) return ['', line];
  const fence = '`'.repeat(Math.max(3, ...[...diff.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return ['', line, '', `${fence}diff`, ...diff.trimEnd().split('\n').map(escapeControls), fence];
}

function asCode(text: string): string {
  const clean = escapeControls(text);
  return clean.includes('`') ? asText(clean) : `\`${clean}\``;
}

/** Names and messages come from clusters: they must not become markup. */
function asText(text: string): string {
  return escapeControls(text).replaceAll(/[\\`*_<>[\]|#]/g, String.raw`\$&`);
}

/** Whether a finding is a difference. */
export function isFailed({ item }: VerifiedItem): boolean {
  return item.outcome === 'failed';
}

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
  readonly findings: readonly VerifiedItem[];
}

/**
 * A verification in Markdown: a verdict, a table of the checks, each difference with its diff, what agrees as counts.
 */
export function formatVerification(sections: readonly Section[], redactor: Redactor): string {
  const failed = sections.flatMap(({ findings }) => findings).filter(isFailed);
  const verdict = failed.length === 0 ? 'Everything is as planned.' : `${String(failed.length)} differences.`;
  return [
    '# Verification',
    '',
    `**${verdict}**`,
    '',
    '| check | agree | differ |',
    '| --- | ---: | ---: |',
    ...sections.map(formatRow),
    ...sections.flatMap((section) => formatSection(section, redactor)),
    '',
  ].join('\n');
}

function formatRow({ title, findings }: Section): string {
  const differ = findings.filter(isFailed).length;
  return `| ${title} | ${String(findings.length - differ)} | ${String(differ)} |`;
}

function formatSection({ title, findings }: Section, redactor: Redactor): readonly string[] {
  const shown = findings.filter((finding) => isFailed(finding) || finding.item.message !== undefined);
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

function isFailed({ item }: VerifiedItem): boolean {
  return item.outcome === 'failed';
}

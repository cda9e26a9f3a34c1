import { formatTable } from '../app/format-table.ts';
import { escapeControls } from '../core/log-text.ts';
import type { ImageSummary, SummaryArea } from '../schemas/documents.ts';
import { formatSize } from './format-size.ts';
import { leftOutTexts, variableTexts, weightTexts } from './summary-texts.ts';

const shown = 20;

/** The summary for a terminal: one line for each area, then what is not in the image and why. */
export function formatSummaryText(summary: ImageSummary): string {
  return [
    ...heading(summary),
    formatTable(['AREA', 'PATH', 'FILES', 'SIZE', 'ON DISK', 'COMPRESSED', ''], summary.areas.map(areaRow)),
    ...section('Left out:', ['PATH', 'WHY'], leftOutRows(summary)),
    ...section('Variables that are not in the image:', ['NAME', 'WHY', 'TO SUPPLY'], variableRows(summary)),
    ...section('Findings of the secret scan:', ['PLACE', 'RULE', 'MEANING'], findingRows(summary)),
    ...list('Warnings:', summary.warnings),
    ...list('Start it with:', summary.runCommand === '' ? [] : summary.runCommand.split('\n')),
  ].join('\n');
}

function heading({ image, workload: { kind, namespace, name }, container }: ImageSummary): readonly string[] {
  const { name: tagged, digest, base, size, baseSize } = image;
  const lines = [
    `Image:  ${tagged}`,
    `Digest: ${digest === '' ? 'not pushed' : digest}`,
    `Base:   ${base}`,
    `From:   container ${container} of ${kind} ${namespace}/${name}`,
    `Size:   ${formatSize(size)} compressed, ${formatSize(size - baseSize)} of it new`,
    '',
  ];
  return lines.map(escapeControls);
}

function areaRow({ name, path, included, files, bytes, onDisk, stored, reason }: SummaryArea): readonly string[] {
  if (!included) return [name, path, '', '', '', 'left out', reason];
  const compressed = stored === undefined ? '' : formatSize(stored);
  return [name, path, String(files), formatSize(bytes), formatSize(onDisk), compressed, reason];
}

/** Paths that the plan leaves out are last: they are many, and a table shows the first rows. */
function leftOutRows({ leftOut }: ImageSummary): readonly (readonly string[])[] {
  const isPlanned = ({ reason }: ImageSummary['leftOut'][number]): boolean => ['never', 'excluded'].includes(reason);
  return [...leftOut.filter((each) => !isPlanned(each)), ...leftOut.filter(isPlanned)].map(
    ({ path, reason, detail }) => {
      const why = leftOutTexts.get(reason) ?? reason;
      return [path, detail === '' ? why : `${why}: ${detail}`];
    },
  );
}

function variableRows({ environment }: ImageSummary): readonly (readonly string[])[] {
  return environment.dropped.map(({ name, reason, source, supply }) => [
    name,
    source === '' ? variableTexts[reason] : `${variableTexts[reason]}: ${source}`,
    supply ? 'yes' : '',
  ]);
}

function findingRows({ findings }: ImageSummary): readonly (readonly string[])[] {
  const known = findings.filter(({ weight }) => weight === 'known-package-file');
  const others = findings.filter(({ weight }) => weight !== 'known-package-file');
  const rows = others.map(({ place, detail, rule, weight, reason }) => [
    detail === '' ? place : `${place}, ${detail}`,
    rule,
    reason === '' ? weightTexts[weight] : `${weightTexts[weight]}: ${reason}`,
  ]);
  if (known.length === 0) return rows;
  return [...rows, [`${String(known.length)} in files of packages`, '', weightTexts['known-package-file']]];
}

function section(title: string, headings: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const more = rows.length - shown;
  const rest = more > 0 ? `and ${String(more)} more, see the report\n` : '';
  return [title, `${formatTable(headings, rows.slice(0, shown))}${rest}`];
}

function list(title: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  return [title, ...lines.map((line) => `  ${escapeControls(line)}`), ''];
}

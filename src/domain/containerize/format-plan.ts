import { escapeControls } from '../core/log-text.ts';
import { formatImageName } from '../oci/image-location.ts';
import { formatTable } from '../app/format-table.ts';
import type { AreaSource, ContainerizePlan, Reading, StartPlan } from './plan.ts';
import { formatSize } from './format-size.ts';
import { variableTexts } from './summary-texts.ts';

/** A plan as people read it before anything is done. It names variables, and has no values of them. */
export function formatPlan(plan: ContainerizePlan): string {
  const { workload, pod, container, base } = plan;
  return [
    `${workload.kind} ${workload.namespace}/${workload.name}, pod ${pod}, container ${container}\n`,
    `base image: ${formatImageName(base)}\n`,
    ...section('Areas', formatAreas(plan)),
    ...section('Never included', formatNever(plan)),
    ...section('Packages that are not in the image', formatOutside(plan)),
    ...section('Environment', formatVariables(plan)),
    ...section('Start', formatStart(plan.start)),
    ...section('Owners', formatOwner(plan)),
    ...section(
      'Warnings',
      plan.warnings.map((warning) => `- ${escapeControls(warning)}\n`),
    ),
  ].join('');
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`\n${title}\n\n`, ...lines];
}

function formatAreas({ areas, reading }: ContainerizePlan): readonly string[] {
  const rows = areas.map(({ name, path, included, source, reason }) => [
    included ? 'in' : 'out',
    name,
    path,
    formatSource(source, reading),
    reason,
  ]);
  const without = areas
    .filter((area) => area.included && area.without.length > 0)
    .map((area) => `${area.name} without ${area.without.map(escapeControls).join(', ')}\n`);
  return [formatTable(['IMAGE', 'AREA', 'PATH', 'READ FROM', 'REASON'], rows), ...without];
}

const ways = { container: '', pod: ' by a pod', snapshot: ' by a snapshot' } as const;

function formatSource(source: AreaSource, { claims, own }: Reading): string {
  if (source.from === 'container') return own === 'debug-container' ? 'debug container' : 'container';
  const claim = `claim ${source.claim}${ways[claims]}`;
  return source.subPath === '' ? claim : `${claim}, folder ${source.subPath}`;
}

/** One line for each reason. */
function formatNever({ never }: ContainerizePlan): readonly string[] {
  const reasons = [...new Set(never.map(({ reason }) => reason))];
  const rows = reasons.map((reason) => [
    never.flatMap((each) => (each.reason === reason ? [each.path] : [])).join(', '),
    reason,
  ]);
  return rows.length === 0 ? [] : [formatTable(['PATHS', 'REASON'], rows)];
}

function formatOutside({ outside }: ContainerizePlan): readonly string[] {
  const rows = outside.map(({ path, loader, bytes, reason }) => [
    path,
    bytes === undefined ? 'unknown' : formatSize(bytes),
    loader,
    reason,
  ]);
  return rows.length === 0 ? [] : [formatTable(['PATH', 'SIZE', 'LOADED BY', 'REASON'], rows)];
}

function formatVariables({ environment, dropped }: ContainerizePlan): readonly string[] {
  const rows = [
    ...environment.map(({ name }) => ['in', name, '', '']),
    ...dropped.map(({ name, reason, source, supply }) => [
      'out',
      name,
      supply ? 'supply it' : '',
      `${variableTexts[reason]} (${source})`,
    ]),
  ];
  return rows.length === 0 ? [] : [formatTable(['IMAGE', 'VARIABLE', 'WHEN RUN', 'REASON'], rows)];
}

function formatStart({ entrypoint, arguments: given, workingFolder, user, ports }: StartPlan): readonly string[] {
  const ofBase = 'as the base image';
  const rows = [
    ['entrypoint', entrypoint === undefined ? ofBase : formatWords(entrypoint)],
    ['arguments', given === undefined ? ofBase : formatWords(given)],
    ['working folder', workingFolder ?? ofBase],
    ['user', user ?? ofBase],
    ['ports', ports.length === 0 ? 'none' : ports.join(', ')],
  ];
  return [formatTable(['SETTING', 'VALUE'], rows)];
}

/** Words as JSON texts where a reader could take them for something else. */
function formatWords(words: readonly string[]): string {
  if (words.length === 0) return 'none';
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word))).join(' ');
}

function formatOwner({ owner }: ContainerizePlan): readonly string[] {
  const mapped =
    owner.runningUid === undefined
      ? []
      : [`Files of user ${String(owner.runningUid)} get the user of the image as their owner.\n`];
  const group = owner.groupRights ? ['Group 0 gets the rights of the owner.\n'] : [];
  return [...mapped, ...group];
}

import { escapeControls } from '../core/log-text.ts';
import type { ExportEntry } from './export-entry.ts';
import { imageOf, pinnedImageOf } from './export-record.ts';

/** How a person starts an exported image. */
export const runFormats = ['docker', 'podman', 'compose', 'pod', 'apptainer'] as const;

export type RunFormat = (typeof runFormats)[number];

/** A port of an image. */
export interface ExposedPort {
  readonly number: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
}

/** A volume that an image had where it ran, with a name for the one that takes its place. */
export interface RunVolume {
  readonly name: string;
  readonly path: string;
}

const longestName = 40;
const commonPort = /^(\d{1,5})(?:\/(tcp|udp|sctp))?$/;

/** The ports of an entry; what is not a port is left out. */
export function portsOf({ run }: Pick<ExportEntry, 'run'>): readonly ExposedPort[] {
  return run.ports.flatMap((text) => {
    const [, number = '', protocol = 'tcp'] = commonPort.exec(text) ?? [];
    const isKnown = protocol === 'tcp' || protocol === 'udp' || protocol === 'sctp';
    return number !== '' && isKnown ? [{ number: Number(number), protocol }] : [];
  });
}

/** A name for containers, services and objects of Kubernetes (RFC 1123), from the name that the user chose. */
export function runName({ name }: Pick<ExportEntry, 'name'>): string {
  const dashed = name.toLowerCase().replaceAll(/[^a-z0-9]/g, '-');
  return trimDashes(trimDashes(dashed).slice(0, longestName)) || 'app';
}

/** The volumes of an entry, whose names are unique among them and belong to this export only. */
export function volumesOf(entry: Pick<ExportEntry, 'id' | 'run'>): readonly RunVolume[] {
  return entry.run.volumes.map(({ path }, index) => {
    const part = trimDashes(path.toLowerCase().replaceAll(/[^a-z0-9]/g, '-')).slice(0, longestName);
    return { name: trimDashes(`${entry.id}-${String(index + 1)}-${part}`), path };
  });
}

/**
 * A command line for a shell that starts the image: ports, volumes, variables to supply and the image by digest. Each
 * `-e NAME` takes the value of the variable NAME of the shell, so that no secret is in the command line.
 */
export function formatRunLine(program: 'docker' | 'podman', entry: ExportEntry): string {
  const ports = portsOf(entry).map(({ number, protocol }) => {
    const pair = `${String(number)}:${String(number)}`;
    return ['-p', protocol === 'tcp' ? pair : `${pair}/${protocol}`];
  });
  const volumes = volumesOf(entry).map(({ name, path }) => ['-v', `${name}:${path}`]);
  const supplied = entry.run.supply.map(({ name }) => ['-e', name]);
  const words = [program, 'run', ...[...ports, ...volumes, ...supplied].flat(), pinnedImageOf(entry)];
  return words.map(quoteWord).join(' ');
}

/** What a person must know before the command works: sentences, one in each line. */
export function describeRun(entry: ExportEntry, format: RunFormat): readonly string[] {
  const { run, isPublic } = entry;
  const { host } = imageOf(entry);
  const login =
    format === 'podman' ? 'podman login' : format === 'apptainer' ? 'apptainer registry login' : 'docker login';
  const target = format === 'apptainer' ? `docker://${host}` : host;
  const needsLogin = isPublic !== true && format !== 'pod';
  return [
    ...(needsLogin ? [`If the registry needs a login, run first: ${login} ${target}`] : []),
    ...run.supply.map(({ name, source }) => `Set the variable ${name}. Its value was in: ${source}.`),
    ...run.volumes.map(({ path, reason }) => `${path} is not in the image: ${reason}.`),
    ...run.notes,
  ].map(oneLine);
}

/** A text of a record as one line that a terminal prints as it is, without a second full stop. */
export function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return escapeControls(line.endsWith('..') ? line.slice(0, -1) : line);
}

/** A word for a POSIX shell. */
export function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** Without dashes at the ends, and without two in a row. */
function trimDashes(text: string): string {
  return text
    .split('-')
    .filter((part) => part !== '')
    .join('-');
}

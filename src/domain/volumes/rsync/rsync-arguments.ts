import type { CopyOptions } from '../copier/volume-copier.ts';
import { isListedAtOnce, keepsHoles, type VolumeSurvey } from '../copier/volume-survey.ts';

/** Where the volume is mounted on both sides. */
export const dataFolder = '/data';
/** Where the Secret of a side is mounted. */
export const transferFolder = '/etc/crane-tasks/transfer';

/** Made by mkfs in the root of some volumes, for root alone. */
const fileSystemOwn = '/lost+found';

/** What the client reports of itself since rsync 3.2; each side adapts to the older one. */
const clientCapabilities = '.iLsfxCIvu';

/**
 * Seconds without a byte after which rsync gives a connection up: longer than reading all files of the largest folder
 * takes, since it sends nothing before. A peer that is gone is noticed by the probes of the tunnel.
 */
const silence = 24 * 3600;

/** Separates what is printed of each file; it cannot be part of what comes before the name. */
export const fieldSeparator = '|';
/** Separates the name from a link's target: no path that rsync prints has two slashes. */
export const nameEnd = '//';

const tunnel = `/usr/bin/stunnel ${transferFolder}/stunnel.conf`;

/**
 * Arguments of the rsync at the destination. It does not run as a daemon: that would rewrite absolute links, since it
 * cannot chroot without root. Short options must stand here, all others come from the client over the tunnel (`-s`).
 */
export function serverArguments(options: CopyOptions): readonly string[] {
  const owners = options.owners ? 'ogD' : '';
  const attributes = options.attributes ? 'AX' : '';
  return ['rsync', '--server', `-slHtp${owners}${attributes}re${clientCapabilities}`];
}

/** Arguments of the rsync that copies what differs in size or time. */
export function copyArguments(options: CopyOptions, source: VolumeSurvey): readonly string[] {
  return [...copyingArguments(options, source), ...places];
}

/**
 * Arguments of the rsync that compares checksums of what both sides have, copies what differs, and prints each file, as
 * a proof does: what it leaves alone is proven by that. Files that are compared apart it does not look at.
 */
export function copyByContentArguments(
  options: CopyOptions,
  source: VolumeSurvey,
  apart: readonly string[],
): readonly string[] {
  return [
    ...apart.map(exclusionOf),
    ...copyingArguments(options, source),
    ...onBothSides('--checksum'),
    ...listArguments(source),
    ...listing,
    ...places,
  ];
}

/** Arguments of the rsync that copies files whatever it finds; it reads their names, with a zero after each. */
export function copyNamedArguments(options: CopyOptions, source: VolumeSurvey): readonly string[] {
  return [...copyingArguments(options, source), ...onBothSides('--ignore-times'), ...named, ...places];
}

/** Arguments of the rsync that compares and prints each file, with its checksum, except those compared apart. */
export function proofArguments(
  options: CopyOptions,
  source: VolumeSurvey,
  apart: readonly string[],
): readonly string[] {
  const common = [...comparingArguments(options), ...listArguments(source)];
  return [...apart.map(exclusionOf), ...common, ...listing, ...places];
}

/** The same for names that it reads; it prints their folders as well. */
export function partProofArguments(options: CopyOptions): readonly string[] {
  return [...comparingArguments(options), ...listing, ...named, ...places];
}

function copyingArguments(options: CopyOptions, source: VolumeSurvey): readonly string[] {
  return [
    ...commonArguments(options),
    ...(keepsHoles(source) ? onBothSides('--sparse') : []),
    '--partial',
    '--no-human-readable',
    '--info=progress2,stats2,name0,del0',
  ];
}

function comparingArguments(options: CopyOptions): readonly string[] {
  return [
    ...commonArguments(options),
    ...onBothSides('--dry-run'),
    ...(options.checksum ? onBothSides('--checksum') : []),
  ];
}

function listArguments(source: VolumeSurvey): readonly string[] {
  return isListedAtOnce(source) ? onBothSides('--no-inc-recursive') : [];
}

const listing = [
  '--itemize-changes',
  '--itemize-changes',
  `--out-format=${['%i', '%C', '%l', `%n${nameEnd}%L`].join(fieldSeparator)}`,
];

/** Names come from standard input. A file that is gone by then is not an error: the caller finds that it is missing. */
const named = ['--files-from=-', '--from0', '--ignore-missing-args', '--remote-option=--relative'];

const places = ['--', `${dataFolder}/`, `destination:${dataFolder}/`];

function commonArguments({ delete: remove, owners, attributes }: CopyOptions): readonly string[] {
  return [
    '--secluded-args',
    `--rsh=${tunnel}`,
    '--recursive',
    '--links',
    '--perms',
    '--times',
    '--hard-links',
    '--specials',
    '--numeric-ids',
    ...(owners ? ['--owner', '--group', '--devices'] : []),
    ...(attributes ? ['--acls', '--xattrs'] : []),
    ...(remove ? ['--delete'] : []),
    `--exclude=${fileSystemOwn}`,
    `--timeout=${String(silence)}`,
    // rsync prints that it lists files as soon as the other side has answered, long before it prints any of them.
    '--info=flist2',
    '--outbuf=Line',
  ];
}

/** Keeps a file from being copied, compared and deleted: both sides go by it. */
function exclusionOf(path: string): string {
  return `--exclude=/${path}`;
}

/** The short form of these options is fixed at the server, so they are sent to it in their long form as well. */
function onBothSides(option: string): readonly string[] {
  return [option, `--remote-option=${option}`];
}

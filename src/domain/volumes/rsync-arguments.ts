import { isListedAtOnce, keepsHoles, type VolumeSurvey } from './volume-survey.ts';

/** How the files of a volume are copied and compared. */
export interface CopyOptions {
  /** Compare what every file holds, by checksum; otherwise type, size, time and mode. */
  readonly checksum: boolean;
  /** Remove at the destination what the source does not have. */
  readonly delete: boolean;
  /** Owners, groups and devices too: only root can set them. */
  readonly owners: boolean;
  /** POSIX access control lists and extended attributes. */
  readonly attributes: boolean;
}

/** Where the volume is mounted on both sides. */
export const dataFolder = '/data';
/** Where the Secret of a side is mounted. */
export const transferFolder = '/etc/crane-tasks/transfer';

/** Made by mkfs in the root of some volumes, for root alone. */
const fileSystemOwn = '/lost+found';

/** What the client says of itself since rsync 3.2; the server goes by it, and a newer client goes by the server. */
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
 * Arguments of the rsync at the destination. It is no daemon: that would rewrite absolute links, since it cannot chroot
 * without root. Short options must stand here, all others come from the client over the tunnel (`-s`).
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
 * a proof does: what it leaves alone is proven by that.
 */
export function copyByContentArguments(options: CopyOptions, source: VolumeSurvey): readonly string[] {
  return [
    ...copyingArguments(options, source),
    ...onBothSides('--checksum'),
    ...listArguments(source),
    ...listing,
    ...places,
  ];
}

/** Arguments of the rsync that compares and changes nothing: it prints each file, with its checksum when it has one. */
export function proofArguments(options: CopyOptions, source: VolumeSurvey): readonly string[] {
  return [...comparingArguments(options), ...listArguments(source), ...listing, ...places];
}

/** The same for names that it reads from standard input, each with a zero after it; it prints their folders as well. */
export function partProofArguments(options: CopyOptions): readonly string[] {
  const names = ['--files-from=-', '--from0', '--remote-option=--relative'];
  return [...comparingArguments(options), ...listing, ...names, ...places];
}

function copyingArguments(options: CopyOptions, source: VolumeSurvey): readonly string[] {
  return [
    ...commonArguments(options),
    ...(keepsHoles(source) ? onBothSides('--sparse') : []),
    '--partial',
    '--outbuf=Line',
    '--no-human-readable',
    '--info=progress2,stats2,flist0,name0,del0',
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
  ];
}

/** The short form of these options is fixed at the server, so they are sent to it in their long form as well. */
function onBothSides(option: string): readonly string[] {
  return [option, `--remote-option=${option}`];
}

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
 * Seconds without a byte after which rsync gives a connection up: longer than reading the largest file takes, during
 * which it sends nothing. A peer that is gone is noticed by the probes of the tunnel.
 */
const silence = 3600;

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
  return ['rsync', '--server', `-slHtp${owners}${attributes}rSe${clientCapabilities}`];
}

/**
 * Arguments of the rsync that copies. By content it compares checksums of what both sides have and prints each file, as
 * a proof does: what it leaves alone is proven by that.
 */
export function copyArguments(options: CopyOptions, how: 'by-time' | 'by-content' = 'by-time'): readonly string[] {
  return [
    ...commonArguments(options),
    '--partial',
    '--outbuf=Line',
    '--no-human-readable',
    '--info=progress2,stats2,flist0,name0,del0',
    ...(how === 'by-content' ? [...onBothSides('--checksum'), ...listing] : []),
    ...places,
  ];
}

/**
 * Arguments of the rsync that compares and changes nothing: it prints each file, with its checksum when it has one.
 * Of a listed part it reads names from standard input, each with a zero after it, and prints their folders as well.
 */
export function proofArguments(options: CopyOptions, part: 'all' | 'listed' = 'all'): readonly string[] {
  return [
    ...commonArguments(options),
    ...onBothSides('--dry-run'),
    ...(options.checksum ? onBothSides('--checksum') : []),
    ...listing,
    ...(part === 'listed' ? ['--files-from=-', '--from0', '--remote-option=--relative'] : []),
    ...places,
  ];
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
    '--sparse',
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

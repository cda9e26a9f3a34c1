import type { FileEntry } from './file-entry.ts';
import { isWithin } from './paths.ts';

/** How owners in the container become owners in the image. */
export interface OwnerRule {
  /** Of the processes of the container; undefined when it is not known, and nothing is mapped. */
  readonly runningUid: number | undefined;
  readonly runningGid: number | undefined;
  /** Group that volumes have for the processes of the pod (`fsGroup`); undefined when they have none of their own. */
  readonly volumeGid?: number | undefined;
  /** User of the image; undefined when it is not known. */
  readonly imageUid: number | undefined;
  readonly imageGid: number | undefined;
  /** Whether files of the running user get group 0 with the rights of their owner, for clusters that choose the user id. */
  readonly groupRights: boolean;
  /** Paths whose files all users may read, and run where their owner may; absent: rights of others are as they were. */
  readonly othersPaths?: readonly string[];
}

export interface OwnerInImage {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

const ownerBits = 0o700;
const groupBits = 0o070;
const setIdBits = 0o6000;
/** Kubernetes lets the group of a volume read and write. */
const volumeBits = 0o060;

/**
 * The owner and the mode that a file has in the image. Files of other users are as they were, unless the processes could
 * write them by the group of a volume.
 */
export function ownerInImage(entry: FileEntry, rule: OwnerRule): OwnerInImage {
  const owner = mapOwner(entry, rule);
  const isOpen = rule.othersPaths?.some((path) => isWithin(entry.path, path)) ?? false;
  return isOpen ? { ...owner, mode: withOthersRights(entry, owner.mode) } : owner;
}

/** Others may not write. A program with setuid or setgid must not run for more users than before. */
function withOthersRights({ kind, mode: before }: FileEntry, mode: number): number {
  if (kind === 'directory') return mode | 0o005;
  if (kind !== 'file') return mode;
  const isRun = (mode & 0o100) !== 0 && (before & setIdBits) === 0;
  return mode | (isRun ? 0o005 : 0o004);
}

function mapOwner(entry: FileEntry, rule: OwnerRule): OwnerInImage {
  const { uid, gid, mode } = entry;
  if (isOfVolumeGroup(entry, rule)) return ownedByImage(entry, rule);
  if (rule.runningUid === undefined || uid !== rule.runningUid) return { uid, gid, mode };
  const mapped = rule.imageUid ?? uid;
  if (rule.groupRights) return { uid: mapped, gid: 0, mode: withGroupRights(entry) };
  const isOwnGroup = gid !== 0 && gid === rule.runningGid;
  return { uid: mapped, gid: isOwnGroup ? (rule.imageGid ?? gid) : gid, mode };
}

/** What the processes could only use by the group of a volume, such as the folder where a claim was mounted. */
function isOfVolumeGroup({ uid, gid, mode, kind }: FileEntry, { volumeGid, runningUid }: OwnerRule): boolean {
  const isSetId = kind !== 'directory' && (mode & setIdBits) !== 0;
  return gid === volumeGid && uid !== runningUid && !isSetId && (mode & volumeBits) === volumeBits;
}

/** The group has no meaning elsewhere, so the user of the image gets its rights. */
function ownedByImage(
  { uid, gid, mode }: FileEntry,
  { imageUid, runningUid, imageGid, groupRights }: OwnerRule,
): OwnerInImage {
  return {
    uid: imageUid ?? runningUid ?? uid,
    gid: groupRights ? 0 : (imageGid ?? gid),
    mode: mode | ((mode & groupBits) << 3),
  };
}

/** A program that runs with the rights of its owner must not become writable; a link has no rights. */
function withGroupRights({ kind, mode }: FileEntry): number {
  const isPlain = kind === 'directory' || (mode & setIdBits) === 0;
  if (kind === 'symlink' || !isPlain) return mode;
  return mode | (((mode & ownerBits) >> 3) & groupBits);
}

/**
 * Reads the user of an image.
 * @param user of the image configuration: a name or a number, with `:` and a group where it has one; empty for root
 * @param passwd text of `/etc/passwd` in the container or the image, to look up a name; empty where it is not known
 * @returns undefined for a name that is not in the text
 */
export function readImageUser(
  user: string,
  passwd: string,
): { readonly uid: number; readonly gid: number | undefined } | undefined {
  const [name = '', group = ''] = user === '' ? ['0'] : user.split(':');
  const fields = passwd.split('\n').map((line) => line.split(':'));
  const found = fields.find((line) => line[0] === name) ?? fields.find((line) => line[2] === name);
  const uid = numberOf(name) ?? numberOf(found?.[2] ?? '');
  return uid === undefined ? undefined : { uid, gid: numberOf(group) ?? numberOf(found?.[3] ?? '') };
}

function numberOf(text: string): number | undefined {
  return /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}

/** What a short look at the files of a volume found. */
export interface VolumeSurvey {
  /** How many there are, links and folders too; undefined when there are too many to count. */
  readonly files: number | undefined;
  /** Whether a file takes fewer bytes on disk than its size; undefined when not all were looked at. */
  readonly hasHoles: boolean | undefined;
  /** Files that are compared on a connection of their own, by their paths in the volume. */
  readonly large: readonly string[];
}

/** What of a file decides whether it is compared on a connection of its own. */
export interface RegularFile {
  readonly path: string;
  readonly bytes: number;
  /** Names that it has. */
  readonly links: number;
}

const mostListedAtOnce = 200_000;

/**
 * Whether both sides exchange one list of all files before they begin. It takes about 100 bytes of memory a file on
 * each side; folder by folder needs less memory, and each thousand files cost a round trip.
 */
export function isListedAtOnce({ files }: VolumeSurvey): boolean {
  return files !== undefined && files <= mostListedAtOnce;
}

/** Whether zeros are looked for in all that is written: that costs a fifth of a copy, so only where there may be holes. */
export function keepsHoles({ hasHoles }: VolumeSurvey): boolean {
  return hasHoles !== false;
}

/** Below this a file is read sooner than a connection is opened. */
const smallestLarge = 64 * 1024 * 1024;
/** The other connection matches each of its files against each of these. */
const mostLarge = 100;

/** Names that mean themselves in a pattern of rsync, and that it prints as they are. */
const printable = /^[ -~]+$/;
const special = /[*?[\\]/;

/** Whether a file may be compared apart from the others: linked names belong together. */
export function isLarge({ path, bytes, links }: RegularFile): boolean {
  return bytes >= smallestLarge && links === 1 && printable.test(path) && !special.test(path);
}

/** The largest files, until they hold half of all bytes: two connections keep both sides reading most of the time. */
export function pickLargeFiles(files: readonly RegularFile[], allBytes: number): readonly string[] {
  const picked: string[] = [];
  let bytes = 0;
  for (const file of files.toSorted((one, other) => other.bytes - one.bytes)) {
    if (bytes >= allBytes / 2 || picked.length === mostLarge) break;
    picked.push(file.path);
    bytes += file.bytes;
  }
  return picked;
}

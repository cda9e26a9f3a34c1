/** What a short look at the files of a volume found. */
export interface VolumeSurvey {
  /** How many there are, links and folders too; undefined when there are too many to count. */
  readonly files: number | undefined;
  /** Whether a file takes less room than its size; undefined when not all were looked at. */
  readonly hasHoles: boolean | undefined;
}

const mostListedAtOnce = 200_000;

/**
 * Whether both sides exchange one list of all files before they begin. It takes about 100 bytes of memory a file on each
 * side; folder by folder memory stays small, and each thousand files cost a round trip.
 */
export function isListedAtOnce({ files }: VolumeSurvey): boolean {
  return files !== undefined && files <= mostListedAtOnce;
}

/** Whether zeros are looked for in all that is written: that costs a fifth of a copy, so only where there may be holes. */
export function keepsHoles({ hasHoles }: VolumeSurvey): boolean {
  return hasHoles !== false;
}

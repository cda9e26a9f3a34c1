import { destinationName, sourceName, type CopyJob } from '../copy/copy-job.ts';

/** How skopeo reaches one side of a copy. */
interface SkopeoSide {
  /** File with the login, in the format of containers-auth.json(5). */
  readonly authFile: string;
  /** Folder with `*.crt` files that skopeo trusts besides the system's authorities. */
  readonly certificateFolder?: string;
  readonly verifyTls: boolean;
}

export interface SkopeoCopy {
  readonly job: CopyJob;
  /** Tag to set; further ones are set without another copy. */
  readonly tag: string;
  readonly source: SkopeoSide;
  readonly destination: SkopeoSide;
}

/**
 * Arguments of `skopeo copy`, good for skopeo 1.9 to 1.18 (skopeo-copy(1)). All platforms and unchanged digests. Our
 * code retries, since skopeo does not distinguish what can be retried. The policy is switched off because its file may
 * be missing in a pod, and the digest pins the content anyway.
 */
export function skopeoCopyArguments({ job, tag, source, destination }: SkopeoCopy): readonly string[] {
  return [
    '--insecure-policy',
    'copy',
    '--quiet',
    '--all',
    '--preserve-digests',
    ...sideArguments('src', source),
    ...sideArguments('dest', destination),
    `docker://${sourceName(job)}`,
    `docker://${destinationName(job, tag)}`,
  ];
}

function sideArguments(side: 'src' | 'dest', { authFile, certificateFolder, verifyTls }: SkopeoSide): string[] {
  return [
    `--${side}-authfile=${authFile}`,
    `--${side}-tls-verify=${String(verifyTls)}`,
    ...(certificateFolder === undefined ? [] : [`--${side}-cert-dir=${certificateFolder}`]),
  ];
}

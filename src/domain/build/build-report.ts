import { TaskError } from '../core/errors.ts';
import { arrayAt, stringAt } from '../core/json-object.ts';
import { isDigest } from '../oci/image-location.ts';

/** What the lifecycle reports of a built image. */
export interface BuildReport {
  /** References by which the image was pushed; at least one. */
  readonly references: readonly [string, ...string[]];
  /** Digest of its manifest. */
  readonly digest: string;
}

/**
 * Reads report.toml of the export phase.
 * @param report parsed; undefined when the file does not exist
 * @param path for messages
 * @throws TaskError `invalid-file`
 */
export function readBuildReport(report: unknown, path: string): BuildReport {
  const [first, ...others] = arrayAt(report, 'image', 'tags').filter((tag) => typeof tag === 'string');
  const digest = stringAt(report, 'image', 'digest') ?? '';
  if (first !== undefined && isDigest(digest)) return { references: [first, ...others], digest };
  throw new TaskError('invalid-file', `reading ${path}: the lifecycle did not report an image with a digest`, {
    remedy: 'Read the log of the step export.',
  });
}

/** A buildpack that took part in a build. */
export interface UsedBuildpack {
  readonly id: string;
  readonly version: string;
}

/** Reads group.toml of the detect phase. @param group parsed; undefined when the file does not exist */
export function readBuildpackGroup(group: unknown): readonly UsedBuildpack[] {
  return arrayAt(group, 'group').flatMap((entry) => {
    const [id, version] = [stringAt(entry, 'id'), stringAt(entry, 'version')];
    return id === undefined || version === undefined ? [] : [{ id, version }];
  });
}

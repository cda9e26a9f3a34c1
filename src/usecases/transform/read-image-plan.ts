import { TaskError } from '../../domain/core/errors.ts';
import { parseSyncPlan } from '../../domain/images/plan/sync-plan.ts';
import { plannedTags, type PlannedTags } from '../../domain/images/plan/planned-tags.ts';
import type { Folder, Sha256 } from '../../domain/core/ports.ts';
import { planPath } from '../images/plan/check-plan-input.ts';

export interface ImagePlanInput {
  /** Folder with `plan.json`; undefined: no plan is known. */
  readonly folder: Folder | undefined;
  /** `sha256:<hex>` that the plan must have; undefined: not checked. */
  readonly digest: string | undefined;
}

/** What the image plan says of tags. @throws TaskError `invalid-file` for another digest, or no plan to a digest */
export async function readImagePlan(
  { folder, digest }: ImagePlanInput,
  sha256: Sha256,
): Promise<PlannedTags | undefined> {
  const text = await folder?.read(planPath);
  const path = `${folder?.path ?? 'skopeo'}/${planPath}`;
  if (digest !== undefined && (text === undefined || sha256(text) !== digest)) {
    const found = text === undefined ? 'the file is missing' : `expected the digest ${digest}, got ${sha256(text)}`;
    throw new TaskError('invalid-file', `reading the image plan ${path}: ${found}`, {
      remedy: 'Plan the images again, and let nothing but the tasks write into the folder of the plan.',
    });
  }
  return text === undefined ? undefined : plannedTags(parseSyncPlan(text, path));
}

import { TaskError } from '../core/errors.ts';
import { parseDocument } from '../core/parse-document.ts';
import { textsAt, type Resource } from '../kube/resource.ts';
import type { ApplicationProfile } from '../schemas/documents.ts';
import { validateApplicationProfile } from '../schemas/validators/application-profile.ts';

/** Annotation with a whole profile, as YAML or JSON. */
export const profileAnnotation = 'crane-tasks.dev/application-profile';
/** Annotation that names the ConfigMap with the profile. */
export const profileConfigMapAnnotation = 'crane-tasks.dev/application-profile-configmap';
/** Key of the profile in a ConfigMap. */
export const profileKey = 'profile.yaml';
/** Annotation `"false"`: the application must not become an image. */
const exportAnnotation = 'crane-tasks.dev/export';
/** Annotation with the reason, for people. */
const exportReasonAnnotation = 'crane-tasks.dev/export-reason';

/** The profile of an application that declares nothing. */
export const emptyProfile: ApplicationProfile = { schemaVersion: 1 };

/**
 * Checks a profile.
 * @param documents of its YAML
 * @param source for messages, such as `ConfigMap shop/profiles, key profile.yaml`
 * @throws TaskError `invalid-file` with the place and the rule of each mistake
 */
export function readProfile(documents: readonly unknown[], source: string): ApplicationProfile {
  const name = `the application profile in ${source}`;
  const remedy = 'Fix the profile; docs/formats.md has its schema.';
  const [document, ...more] = documents;
  if (document === undefined || more.length > 0)
    throw new TaskError('invalid-file', `reading ${name}: expected one document, got ${String(documents.length)}`, {
      remedy,
    });
  const profile = parseDocument(JSON.stringify(document), validateApplicationProfile, {
    name,
    remedy,
    values: 'hidden',
  });
  const library = new Set(profile.library);
  const both = (profile.workspace ?? []).filter((path) => library.has(path));
  if (both.length === 0) return profile;
  throw new TaskError('invalid-file', `reading ${name}: workspace: ${both.join(', ')} is in library too`, { remedy });
}

/** Whether an application may become an image. */
export type Eligibility =
  | { readonly eligible: true }
  /** The reason is a sentence for people, with where it comes from. */
  | { readonly eligible: false; readonly reason: string };

/**
 * Decides before any work whether an application may become an image. One object or profile that refuses is enough.
 * @param objects the workload, its owners and its pod, whose annotations count
 * @param profiles all that were found, by their source
 */
export function eligibilityOf(
  objects: readonly Resource[],
  profiles: readonly { readonly profile: ApplicationProfile; readonly source: string }[],
): Eligibility {
  for (const { profile, source } of profiles) {
    if (profile.eligible === false) return refusal(profile.reason, `the profile in ${source}`);
  }
  for (const object of objects) {
    const annotations = textsAt(object, 'annotations');
    // Any other text than "true" refuses: "no" or a misspelled "false" must not export.
    const isRefused = (annotations[exportAnnotation] ?? 'true').trim().toLowerCase() !== 'true';
    const where = `the annotation ${exportAnnotation} of ${object.kind} ${object.metadata.name}`;
    if (isRefused) return refusal(annotations[exportReasonAnnotation], where);
  }
  return { eligible: true };
}

function refusal(reason: string | undefined, source: string): Eligibility {
  const text = reason?.trim() ?? '';
  return { eligible: false, reason: `${text === '' ? 'no reason is given' : text} (${source})` };
}

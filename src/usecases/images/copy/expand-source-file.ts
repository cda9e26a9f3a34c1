import type { PlanProblem, SkippedImage } from '../../../domain/schemas/documents.ts';
import type { SyncPlan } from '../../../domain/images/plan/sync-plan.ts';
import type { PlanGroup, Reason } from '../../../domain/reports/reasons.ts';
import { isDigest, isTag } from '../../../domain/oci/image-location.ts';
import { excludeReference } from '../../../domain/images/plan/exclude-images.ts';
import type { ImagePattern } from '../../../domain/images/plan/image-choice.ts';
import { placeImages } from '../../../domain/images/plan/place-images.ts';
import type { Candidate } from '../../../domain/images/plan/candidate.ts';
import { formatImageName, type ImageLocation } from '../../../domain/oci/image-location.ts';
import type { RequestedRepository, TagChoice } from '../../../domain/images/skopeo/source-file.ts';
import { failedItem } from './items.ts';
import { pinTag } from './pin-tag.ts';
import { mapConcurrently } from '../../map-concurrently.ts';
import { requestsAtOnce, type SyncPorts } from './ports.ts';
import type { SourceFileRequest } from './read-request.ts';

type Expanded =
  | { readonly candidate: Candidate }
  | { readonly problem: PlanProblem }
  | { readonly skipped: SkippedImage };

/** A tag or digest of a source, and why it was chosen. */
interface Listed {
  readonly source: ImageLocation;
  readonly reference: string;
  readonly reason: Reason<'plan'>;
}

/**
 * Makes a plan of a skopeo sync source file: each tag pinned to the digest that it has now, each with its place. What
 * cannot be listed, read or understood is a problem of the plan, never skipped. Without a mapping images are copied to
 * `registry/namespace/name`, where name is the last part of the source repository, as `skopeo sync` without `--scoped`
 * names them.
 * @throws TaskError `name-collision` when two images would get the same tag
 */
export async function expandSourceFile(request: SourceFileRequest, ports: SyncPorts): Promise<SyncPlan> {
  const { file, target, sourceRegistry, rules } = request;
  for (const warning of file.warnings) ports.log.warn(warning);
  const listed = await mapConcurrently(file.repositories, requestsAtOnce, (one) => expandRepository(one, ports));
  const expanded = await mapConcurrently(listed.flat(), requestsAtOnce, (one) =>
    pinListed(one, request.excluded, ports),
  );
  const source = { registry: sourceRegistry ?? '', internalRegistry: '' };
  const destination = { registry: target.host, namespace: target.path };
  const candidates = expanded.flatMap((one) => ('candidate' in one ? [one.candidate] : []));
  const wrong = file.wrong.map(({ name, message }) => problemOf(name, 'invalid-entry', message));
  const problems = [...wrong, ...expanded.flatMap((one) => ('problem' in one ? [one.problem] : []))];
  return {
    schemaVersion: 1,
    source,
    destination,
    ...placeImages(candidates, [], { source, destination, rules }),
    skipped: expanded.flatMap((one) => ('skipped' in one ? [one.skipped] : [])).sort(byImage),
    problems: problems.sort(byImage),
  };
}

async function expandRepository(
  { source, choice }: RequestedRepository,
  ports: SyncPorts,
): Promise<readonly (Expanded | Listed)[]> {
  const name = formatImageName(source);
  let references: readonly string[];
  try {
    references = await chooseReferences(source, choice, ports);
  } catch (error) {
    return [problemOfError(name, error)];
  }
  if (references.length === 0) {
    const message = choice.by === 'list' ? 'the source repository has no tags' : 'no tag of the source repository fits';
    return [{ skipped: { image: name, class: 'listed', reason: 'no-tags', message, usedBy: [] } }];
  }
  const reason = choice.by === 'list' && choice.references.length === 0 ? 'all-tags' : reasons[choice.by];
  return references.map((reference) => ({ source, reference, reason }));
}

async function pinListed(
  one: Expanded | Listed,
  excluded: readonly ImagePattern[],
  ports: SyncPorts,
): Promise<Expanded> {
  if (!('reference' in one)) return one;
  const { source, reference } = one;
  const skipped = excludeReference(source, reference, excluded);
  if (skipped !== undefined) return { skipped };
  if (isTag(reference) || isDigest(reference)) return pin(one, ports);
  const message = 'the registry lists it, and it is not a valid tag';
  return { problem: problemOf(`${formatImageName(source)}:${reference}`, 'invalid-entry', message) };
}

const reasons = { list: 'listed', regex: 'tag-regex', semver: 'semver' } as const;

async function chooseReferences(
  source: ImageLocation,
  choice: TagChoice,
  ports: SyncPorts,
): Promise<readonly string[]> {
  if (choice.by === 'list' && choice.references.length > 0) return choice.references;
  // An invalid filter is reported before a registry is asked.
  const fits = await filterFor(choice, ports);
  const tags = await ports.source(source.host).listTags(source.path);
  return tags.filter(fits);
}

async function filterFor(choice: TagChoice, { tagFilters }: SyncPorts): Promise<(tag: string) => boolean> {
  switch (choice.by) {
    case 'list':
      return () => true;
    case 'regex':
      return (await tagFilters()).byRegex(choice.pattern);
    case 'semver':
      return (await tagFilters()).bySemver(choice.constraint);
  }
}

async function pin({ source, reference, reason }: Listed, ports: SyncPorts): Promise<Expanded> {
  const shared = { source, class: 'listed', reason, usedBy: [] } as const;
  if (isDigest(reference)) return { candidate: { ...shared, digest: reference } };
  try {
    return { candidate: { ...shared, tag: reference, digest: await pinTag(source, reference, ports) } };
  } catch (error) {
    return problemOfError(formatImageName({ ...source, tag: reference }), error);
  }
}

function problemOfError(image: string, error: unknown): { readonly problem: PlanProblem } {
  const { reason, message = '' } = failedItem(image, error);
  return { problem: problemOf(image, reason, message) };
}

function problemOf(image: string, reason: Reason<PlanGroup>, message: string): PlanProblem {
  return { image, reason, message, usedBy: [] };
}

function byImage(one: { readonly image: string }, other: { readonly image: string }): number {
  return one.image < other.image ? -1 : 1;
}

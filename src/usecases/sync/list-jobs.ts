import { TaskError } from '../../domain/errors.ts';
import { isDigest } from '../../domain/images/image-reference.ts';
import { keepTag, type SyncPlan } from '../../domain/images/sync-plan.ts';
import type { Item } from '../../domain/outcome.ts';
import { destinationName, sourceName, type CopyJob, type Repository } from '../../domain/sync/copy-job.ts';
import type { RequestedRepository } from '../../domain/sync/source-file.ts';
import { failedItem } from './items.ts';
import type { SyncPorts } from './ports.ts';

/** Jobs to do, and items for what could not become a job. */
export interface JobList {
  readonly jobs: readonly CopyJob[];
  readonly items: readonly Item[];
}

/** The jobs of a plan; its digests are pinned already, so no registry is asked. */
export function jobsOfPlan(plan: SyncPlan): readonly CopyJob[] {
  return plan.images.map(({ source, destination, digest, tags }) => ({
    source: splitRepository(source),
    destination: splitRepository(destination),
    digest,
    tags,
  }));
}

/**
 * Pins the tags of a skopeo sync source file to the digests they have now. Images go to `registry/namespace/name`,
 * where name is the last part of the source repository, as `skopeo sync` without `--scoped` names them.
 * A repository whose tags cannot be listed or read is a failed item, never passed over.
 * @throws TaskError `name-collision` when two images would get the same tag
 */
export async function jobsOfSourceFile(
  requests: readonly RequestedRepository[],
  target: Repository,
  ports: SyncPorts,
): Promise<JobList> {
  const lists = await Promise.all(requests.map((request) => resolveRepository(request, target, ports)));
  const jobs = lists.flatMap((list) => list.jobs);
  refuseCollisions(jobs);
  return { jobs, items: lists.flatMap((list) => list.items) };
}

async function resolveRepository(request: RequestedRepository, target: Repository, ports: SyncPorts): Promise<JobList> {
  const { source } = request;
  const name = `${source.registry}/${source.path}`;
  const registry = ports.source(source.registry);
  let references = request.references;
  if (references.length === 0) {
    try {
      references = await registry.listTags(source.path);
    } catch (error) {
      return { jobs: [], items: [failedItem(name, error)] };
    }
    if (references.length === 0) {
      const message = 'the source repository has no tags';
      return { jobs: [], items: [{ id: name, outcome: 'skipped', reason: 'no-tags', message }] };
    }
  }
  const items: Item[] = [];
  const tagsByDigest = new Map<string, string[]>();
  await Promise.all(
    references.map(async (reference) => {
      try {
        const { digest, tag } = await pin(source, reference, ports);
        tagsByDigest.set(digest, [...(tagsByDigest.get(digest) ?? []), tag]);
      } catch (error) {
        items.push(failedItem(`${name}${isDigest(reference) ? '@' : ':'}${reference}`, error));
      }
    }),
  );
  const destination = { registry: target.registry, path: `${target.path}/${source.path.split('/').at(-1) ?? ''}` };
  const jobs = [...tagsByDigest]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([digest, tags]) => ({ source, destination, digest, tags: tags.sort() }));
  return { jobs, items };
}

async function pin(source: Repository, reference: string, ports: SyncPorts): Promise<{ digest: string; tag: string }> {
  if (isDigest(reference)) return { digest: reference, tag: keepTag(reference) };
  const head = await ports.source(source.registry).head(source.path, reference);
  if (head !== undefined) return { digest: head.digest, tag: reference };
  throw new TaskError(
    'registry-refused',
    `reading ${source.registry}/${source.path}:${reference}: there is no such tag`,
    {
      remedy: 'Remove the tag from the source file, or push it.',
    },
  );
}

function refuseCollisions(jobs: readonly CopyJob[]): void {
  const taken = new Map<string, string>();
  const problems: string[] = [];
  for (const job of jobs) {
    for (const tag of job.tags) {
      const name = destinationName(job, tag);
      const other = taken.get(name);
      if (other !== undefined) problems.push(`${name} would be both ${other} and ${sourceName(job)}`);
      taken.set(name, sourceName(job));
    }
  }
  if (problems.length === 0) return;
  throw new TaskError('name-collision', `planning the copies: ${problems.join('; ')}`, {
    remedy: 'Copy the images in two runs with different `dest-namespace`, or use a plan of crane-skopeo-sync-gen.',
  });
}

function splitRepository(text: string): Repository {
  const slash = text.indexOf('/');
  return { registry: text.slice(0, slash), path: text.slice(slash + 1) };
}

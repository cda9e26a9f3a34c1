import { TaskError } from '../domain/errors.ts';
import { collectBuildEvidence, collectSchema1Digests } from '../domain/images/build-evidence.ts';
import { isRegistryHost } from '../domain/images/image-reference.ts';
import { planImages } from '../domain/images/plan-images.ts';
import type { PlanRequest } from '../domain/images/plan-request.ts';
import { findRunningDigests } from '../domain/images/running-images.ts';
import { formatSkopeoSource } from '../domain/images/skopeo-source.ts';
import { formatSyncPlan, type PlannedImage, type PlanProblem, type SyncPlan } from '../domain/images/sync-plan.ts';
import { findWorkloadImages } from '../domain/images/workload-images.ts';
import type { Item, Outcome } from '../domain/outcome.ts';
import { readImageMaterial, type ImageMaterial, type MaterialPorts } from './plan-image-sync-material.ts';
import type { Folder, Log } from './ports.ts';

export interface PlanSyncInput {
  readonly exportFolder: Folder;
  /** Gets `plan.json` and the source list. */
  readonly planFolder: Folder;
  /** Name of the source list in the plan folder. */
  readonly sourceFile: string;
  readonly indexDigest: string;
  readonly source: { readonly registry: string; readonly internalRegistry: string };
  readonly destination: {
    readonly registry: string;
    readonly internalRegistry: string;
    readonly namespace: string;
    /** Empty: not pinned. */
    readonly clusterUid: string;
  };
  readonly builtImages: PlanRequest['builtImages'];
  /** Reasons, or images, whose problems are accepted. */
  readonly allowProblems: readonly string[];
}

export interface PlanSyncPorts extends MaterialPorts {
  readonly log: Log;
}

export type PlanSyncResult = 'image-count' | 'skipped-count' | 'problem-count' | 'plan-digest';

/** Name of the plan in its folder. */
const planPath = 'plan.json';

/**
 * Plans which images of an export must be copied, and writes the plan and a list that plain `skopeo sync` reads.
 * Both are written also when there are problems, so that what can be copied can be; each problem is a failed item.
 * @throws TaskError `registry-unknown` for an empty address, `invalid-param`, `invalid-file` for a broken export,
 *   `name-collision` when one destination tag would get two images: nothing is written then
 */
export async function planImageSync(input: PlanSyncInput, ports: PlanSyncPorts): Promise<Outcome<PlanSyncResult>> {
  checkInput(input);
  const { source, destination, exportFolder, indexDigest } = input;
  const material = await readImageMaterial(
    { folder: exportFolder, indexDigest, hosts: { internal: source.internalRegistry, public: [source.registry] } },
    ports,
  );
  const { internalRegistry, clusterUid, ...place } = destination;
  const planned = planImages({
    ...requestOf(material),
    source: { ...source, ...(material.clusterUid === '' ? {} : { clusterUid: material.clusterUid }) },
    destination: {
      ...place,
      ...(internalRegistry === '' ? {} : { internalRegistry }),
      ...(clusterUid === '' ? {} : { clusterUid }),
    },
    builtImages: input.builtImages,
  });
  const plan = { ...planned, problems: [...planned.problems, ...material.problems] };
  const text = formatSyncPlan(plan);
  const list = formatSkopeoSource(plan);
  await input.planFolder.write(planPath, text);
  await input.planFolder.write(input.sourceFile, list);
  tell(plan, ports.log);
  return { ...outcomeOf(plan, input.allowProblems, ports.sha256(text)), stdout: list };
}

function requestOf({ streams, resources, aliases, namespaces }: ImageMaterial) {
  const workloads = resources
    .filter(({ kind }) => kind !== 'Build' && kind !== 'ImageStreamTag')
    .map((resource) => findWorkloadImages(resource, aliases));
  return {
    streams,
    aliases,
    namespaces,
    workloads: {
      images: workloads.flatMap(({ images }) => images),
      tags: workloads.flatMap(({ tags }) => tags),
    },
    running: findRunningDigests(
      resources.filter(({ kind }) => kind === 'Pod'),
      aliases,
    ),
    evidence: collectBuildEvidence({ resources, aliases, namespaces }),
    schema1: collectSchema1Digests(resources),
  };
}

function checkInput({ source, destination, sourceFile }: PlanSyncInput): void {
  const hosts: readonly [string, string][] = [
    ['registry-url', source.registry],
    ['internal-registry-url', source.internalRegistry],
    ['destination-registry-url', destination.registry],
    ['destination-internal-registry-url', destination.internalRegistry],
  ];
  const [empty] = hosts.filter(([name, host]) => host === '' && name !== 'destination-internal-registry-url');
  if (empty !== undefined) {
    throw new TaskError('registry-unknown', `reading parameters: --${empty[0]} is empty`, {
      remedy:
        'Give the address that oc-registry-info tells; with its parameter strict it fails where nothing is known.',
    });
  }
  const problems = hosts
    .filter(([, host]) => host !== '' && !isRegistryHost(host))
    .map(([name, host]) => `--${name}: expected a host with an optional port, got ${JSON.stringify(host)}`);
  if (!isNamespace(destination.namespace)) {
    problems.push(
      `--destination-namespace: expected the name of a namespace, got ${JSON.stringify(destination.namespace)}`,
    );
  }
  if (!/^[A-Za-z0-9-]{0,64}$/.test(destination.clusterUid)) {
    problems.push(`--destination-cluster-uid: expected a UID, got ${JSON.stringify(destination.clusterUid)}`);
  }
  if (sourceFile === '' || sourceFile === planPath)
    problems.push(`--output: expected a file name other than ${planPath}`);
  if (problems.length === 0) return;
  throw new TaskError('invalid-param', `reading parameters: ${problems.join('; ')}`, {
    remedy: "Run 'crane-tasks crane-skopeo-sync-gen --help' for the parameters and their formats.",
  });
}

// RFC 1123 label, as the API server demands of a namespace.
function isNamespace(text: string): boolean {
  return text.length <= 63 && /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(text);
}

function tell({ images, skipped, problems }: SyncPlan, log: Log): void {
  for (const image of images) log.info(`copy ${nameOf(image)}: ${image.class}, ${image.reason}`);
  for (const { image, class: imageClass, reason } of skipped) log.info(`skip ${image}: ${imageClass}, ${reason}`);
  for (const { image, reason, message } of problems) log.warn(`${image}: ${reason}: ${message}`);
}

function outcomeOf(
  plan: SyncPlan,
  allowed: readonly string[],
  digest: string,
): Omit<Outcome<PlanSyncResult>, 'stdout'> {
  const { images, skipped, problems } = plan;
  const copies: readonly Item[] = images.map((image) => ({
    id: nameOf(image),
    outcome: 'done',
    reason: image.reason,
    message: withUsers(`to ${image.destination}`, image.usedBy),
    evidence: { digest: image.digest, class: image.class },
  }));
  const left: readonly Item[] = skipped.map(({ image, reason, message, class: imageClass, usedBy }) => ({
    id: image,
    outcome: 'skipped',
    reason,
    message: withUsers(message, usedBy),
    evidence: { class: imageClass },
  }));
  return {
    items: [...copies, ...left, ...problems.map((problem) => itemOfProblem(problem, allowed))],
    results: {
      'image-count': String(images.length),
      'skipped-count': String(skipped.length),
      'problem-count': String(problems.length),
      'plan-digest': digest,
    },
    summary: `${String(images.length)} images to copy, ${String(skipped.length)} skipped, ${String(problems.length)} problems`,
    remedy:
      'The plan holds all images that can be copied. Mend what the problems name on the source cluster and export ' +
      'again, or accept them with --allow-problems.',
  };
}

function itemOfProblem({ image, reason, message, usedBy }: PlanProblem, allowed: readonly string[]): Item {
  const isAllowed = allowed.includes(reason) || allowed.includes(image);
  return { id: image, outcome: isAllowed ? 'skipped' : 'failed', reason, message: withUsers(message, usedBy) };
}

function withUsers(message: string, usedBy: readonly string[]): string {
  return usedBy.length === 0 ? message : `${message}; used by ${usedBy.join(', ')}`;
}

function nameOf({ source, tags }: PlannedImage): string {
  return `${source.slice(source.indexOf('/') + 1)}:${tags.join(',')}`;
}

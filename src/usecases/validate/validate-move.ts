import type { ApiSurface } from '../../domain/schemas/documents.ts';
import { nameFailures, type Item, type Outcome } from '../../domain/reports/outcome.ts';
import { describeResource, kindOf, type Resource } from '../../domain/kube/resource.ts';
import { builtInPlugins } from '../../domain/transform/rules/built-in-plugins.ts';
import { collectReferences, type ReferenceGraph } from '../../domain/references/reference-graph.ts';
import { mergeVerdicts } from '../../domain/transform/merge-verdicts.ts';
import type { Verdict } from '../../domain/transform/plugin.ts';
import { toTransformOptions } from '../../domain/transform/transform-options.ts';
import { checkKinds } from '../../domain/validate/check-kinds.ts';
import { checkNodes } from '../../domain/validate/check-nodes.ts';
import { checkPods, compareRanges } from '../../domain/validate/check-pods.ts';
import { checkConstraints } from '../../domain/validate/constraints.ts';
import { checkQuotas, checkLimits, checkStorage } from '../../domain/validate/check-capacity.ts';
import { claimDemands } from '../../domain/validate/demand.ts';
import { withMovedClaims } from '../../domain/validate/moved-claims.ts';
import type { ClaimWishes } from '../../domain/volumes/claim-wishes.ts';
import { destinationRights, sourceRights, type Step } from '../../domain/validate/rights.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import { flatMapList } from '../../domain/core/lists.ts';
import type { Log, MakeList, ReadList } from '../../domain/core/ports.ts';
import { readPolicyOf } from './capture-surface.ts';
import { checkPlatformTags } from './check-platform-tags.ts';
import { checkRegistries, type ReachRegistry, type RegistryInput } from './check-registries.ts';
import { checkRights } from './check-rights.ts';
import { patchedResource } from '../transform/patched-resource.ts';
import { discoverAllKinds } from '../cluster/resolve-kinds.ts';

export interface ValidateInput {
  /** What will be moved: an export as it is, or final manifests. */
  readonly resources: ReadList<Resource>;
  /** Items for files that cannot be read. */
  readonly unread: Items;
  readonly surface: ApiSurface;
  /** At the destination; empty: each resource keeps its own. */
  readonly namespace: string;
  /** At the source. */
  readonly sourceNamespace: string;
  readonly steps: ReadonlySet<Step>;
  readonly registries: readonly RegistryInput[];
  /** What the transfer of volumes is asked for. */
  readonly claimWishes: ClaimWishes;
}

export interface ValidatePorts {
  /** Undefined: judged by a captured surface alone. */
  readonly destination: Cluster | undefined;
  /** Undefined: the rights at the source are not asked for. */
  readonly source: Cluster | undefined;
  readonly reachRegistry: ReachRegistry;
  readonly log: Log;
  /** For what travels of the resources. */
  readonly makeList: MakeList;
}

type Items = readonly Item<'manifests' | 'validate'>[];

export type ValidateResult = 'check-count' | 'gap-count' | 'unknown-count';

/**
 * Finds out what would stop the move: one item for each check, `failed` for a gap, `skipped` for an open question.
 * @throws TaskError `invalid-param`, or what a cluster refuses beyond single checks
 */
export async function validateMove(
  input: ValidateInput,
  ports: ValidatePorts,
): Promise<Outcome<ValidateResult, 'manifests' | 'validate'>> {
  const { surface, unread, claimWishes } = input;
  const found = await leaveOut(input.resources, claimWishes, ports.makeList);
  const left = found.left;
  const kept = withMovedClaims(found.kept, claimWishes);
  const travelling = flatMapList(kept, (resource) => (isClaim(resource) ? [] : [resource]));
  const items = [
    ...unread,
    ...left,
    ...found.loose,
    ...checkKinds(kept, surface),
    ...checkStorage(claimDemands(kept), surface),
    ...checkQuotas(kept, surface),
    ...checkLimits(kept, surface),
    ...checkPods(kept, surface),
    ...checkConstraints(kept, surface),
    ...checkNodes(kept, surface),
    ...(await checkPlatformTags(kept, surface, ports.destination)),
    ...(await checkRegistries(input.registries, ports.reachRegistry)),
    ...(await checkAccounts(travelling, input, ports)),
  ];
  return toOutcome(items);
}

/** What still has a uid comes straight from an export: the built-in rules of transform decide whether it travels. */
async function leaveOut(
  resources: ReadList<Resource>,
  claimWishes: ClaimWishes,
  makeList: MakeList,
): Promise<{ kept: Iterable<Resource>; left: Items; loose: Items }> {
  const plugins = builtInPlugins(toTransformOptions({}, claimWishes));
  for (const resource of resources) for (const plugin of plugins) plugin.prepare?.(resource);
  const graph = collectReferences();
  const kept = makeList<Resource>();
  const problems: Item<'validate'>[] = [];
  for (const resource of resources) {
    const isRaw = resource.metadata['uid'] !== undefined && !isClaim(resource);
    const verdicts = isRaw ? await Promise.all(plugins.map(async (plugin) => plugin.run(resource))) : [];
    if (verdicts.some((verdict) => verdict.kind === 'whiteout')) {
      graph.addLeftOut(resource);
      continue;
    }
    const travelling = isRaw ? patchedBy(verdicts, resource) : resource;
    graph.addTravelling(travelling, resource);
    kept.push(travelling);
    const messages = verdicts.flatMap((verdict) => (verdict.kind === 'patches' ? (verdict.problems ?? []) : []));
    const id = `claim names of ${describeResource(resource)}`;
    if (messages.length > 0)
      problems.push({ id, outcome: 'failed', reason: 'claim-names', message: messages.join('; ') });
  }
  const count = resources.length - kept.length;
  const loose = looseEnds(graph);
  if (count === 0) return { kept, left: problems, loose };
  const message = 'transform leaves them out, so nothing need fit them';
  const evidence = { objects: count };
  const left = { id: 'resources left out', outcome: 'skipped', reason: 'left-out', message, evidence } as const;
  return { kept, left: [...problems, left], loose };
}

/** A resource as transform leaves it, when each plugin changes other parts. */
function patchedBy(verdicts: readonly Verdict[], resource: Resource): Resource {
  const named = verdicts.map((verdict) => ({ plugin: '', verdict }));
  const merged = mergeVerdicts(named);
  return merged.kind === 'patches' ? patchedResource(resource, merged.patches) : resource;
}

/** Names that lead nowhere: an open question, because the destination may have these objects already. */
function looseEnds(graph: ReferenceGraph): Items {
  return [...graph.looseEnds()].map(([id, names]) => ({
    id: `references of ${id}`,
    outcome: 'skipped',
    reason: 'reference-missing',
    message: `${names.join('; ')}: create it at the destination first, unless it is there`,
  }));
}

// Claims are made by their own task, with the data.
function isClaim(resource: Resource): boolean {
  return kindOf(resource) === 'PersistentVolumeClaim';
}

async function checkAccounts(
  resources: Iterable<Resource>,
  input: ValidateInput,
  { destination, source, log }: ValidatePorts,
): Promise<Items> {
  const { steps, namespace, surface } = input;
  const rights = destinationRights(resources, { steps, kinds: surface.kinds, namespace });
  log.info('asking what the accounts may do');
  const [atDestination, atSource] = await Promise.all([
    destination === undefined ? [notAsked('destination')] : checkRights(destination, rights, 'destination'),
    source === undefined ? [notAsked('source')] : checkSource(source, input),
  ]);
  return [...atSource, ...atDestination];
}

async function checkSource(source: Cluster, input: ValidateInput): Promise<Items> {
  const { steps, sourceNamespace: namespace, surface } = input;
  const { kinds } = await discoverAllKinds(source);
  const [rights, policy] = await Promise.all([
    checkRights(source, sourceRights({ steps, namespace, kinds }), 'source'),
    readPolicyOf(source, namespace),
  ]);
  return [...rights, ...(policy === 'forbidden' ? [] : compareRanges(policy, surface.policy))];
}

function notAsked(side: string): Item<'manifests' | 'validate'> {
  const message = 'no context of it is given, and only a cluster knows what an account may do';
  return { id: `rights at the ${side}`, outcome: 'skipped', reason: 'unknown', message };
}

function toOutcome(items: Items): Outcome<ValidateResult, 'manifests' | 'validate'> {
  const gaps = items.filter((item) => item.outcome === 'failed').length;
  const unknown = items.filter((item) => item.reason === 'unknown').length;
  return {
    items,
    results: { 'check-count': String(items.length), 'gap-count': String(gaps), 'unknown-count': String(unknown) },
    summary: `${String(items.length)} checks: ${String(gaps)} gaps, ${String(unknown)} unknown, ${nameFailures(items)}`,
    remedy: 'Close the gaps as the report says for each, then run again.',
  };
}

import type { SyncPlan } from '../../../domain/images/plan/sync-plan.ts';
import type { PlanSyncInput } from './plan-sync-input.ts';
import { findImages } from '../../../domain/images/plan/found-images.ts';
import { plainRules, type PlacingRules } from '../../../domain/images/plan/placing-rules.ts';
import { planImages } from '../../../domain/images/plan/plan-images.ts';
import { describeSplitTags } from '../../../domain/images/plan/split-tags.ts';
import { formatReplacementPairs, type NamedRegistry } from '../../../domain/images/plan/replacement-pairs.ts';
import { formatSkopeoSource } from '../../../domain/images/skopeo/skopeo-source.ts';
import { formatSyncPlan } from '../../../domain/images/plan/sync-plan.ts';
import type { Outcome } from '../../../domain/reports/outcome.ts';
import { readImageMaterial, type ImageMaterial, type MaterialPorts } from './plan-image-sync-material.ts';
import type { Log, YamlCodec } from '../../../domain/core/ports.ts';
import { checkPlanAddresses, checkPlanInput, planPath } from './check-plan-input.ts';
import { readPlacingRules } from './read-placing-rules.ts';
import { outcomeOfPlan, logPlan, type PlanSyncResult } from './plan-outcome.ts';

export interface PlanSyncPorts extends MaterialPorts {
  readonly log: Log;
}

/** A plan that was written, and what is reported of it. */
export interface WrittenPlan {
  readonly plan: SyncPlan;
  readonly outcome: Outcome<PlanSyncResult>;
}

/** Name of the file with the pairs that the result of that name has too. */
const pairsPath = 'registry-replacement.txt';

/**
 * Plans which images of an export must be copied, and writes the plan and a list that plain `skopeo sync` reads.
 * Both are written also when there are problems, so that what can be copied can be; each problem is a failed item.
 * @throws TaskError `registry-unknown` for an empty address, `invalid-param`, `invalid-file` for a broken export,
 *   `name-collision` when one destination tag would get two images: nothing is written then
 */
export async function planImageSync(input: PlanSyncInput, ports: PlanSyncPorts): Promise<WrittenPlan> {
  checkPlanInput(input);
  const { source, exportFolder, indexDigest, others } = input;
  const hosts = { internal: source.internalRegistry, public: [source.registry] };
  const marks = others.map(({ inside }) => inside);
  const [material, rules] = await Promise.all([
    readImageMaterial({ folder: exportFolder, indexDigest, hosts, marks }, ports),
    readRules(input, ports.yaml),
  ]);
  const found = findImages(material, others);
  const planned = planImages({
    ...found,
    ...placesOf(input, material),
    rules,
    builtImages: input.builtImages,
    choice: input.choice,
    redactor: ports.log.redactor,
  });
  checkPlanAddresses(planned, input);
  const plan = { ...planned, problems: [...planned.problems, ...material.problems] };
  const text = formatSyncPlan(plan);
  const list = formatSkopeoSource(plan);
  const replacement = formatReplacementPairs(plan, namedIn(input, material, rules));
  await input.planFolder.write(planPath, text);
  await input.planFolder.write(input.sourceFile, list);
  if (replacement === '') await input.planFolder.remove(pairsPath);
  else await input.planFolder.write(pairsPath, replacement);
  logPlan(plan, ports.log);
  for (const warning of describeSplitTags(plan, found)) ports.log.warn(warning);
  const facts = { allowed: input.allowProblems, planDigest: ports.sha256(text), replacement, choice: input.choice };
  return { plan, outcome: { ...outcomeOfPlan(plan, facts), stdout: list } };
}

async function readRules(input: PlanSyncInput, yaml: YamlCodec): Promise<PlacingRules> {
  const { namespace } = input.destination;
  if (input.mappingFile === undefined) return plainRules(namespace);
  const folder = input.mappingFolder ?? input.planFolder;
  return readPlacingRules({ folder, name: input.mappingFile, namespace }, yaml);
}

function placesOf({ source, destination }: PlanSyncInput, { clusterUid: sourceUid }: ImageMaterial) {
  const { internalRegistry, clusterUid, ...place } = destination;
  return {
    source: { ...source, ...(sourceUid === undefined ? {} : { clusterUid: sourceUid }) },
    destination: {
      ...place,
      ...(internalRegistry === undefined ? {} : { internalRegistry }),
      ...(clusterUid === undefined ? {} : { clusterUid }),
    },
  };
}

/** Without a mapping the move of the namespace says where images of the cluster's own registry go. */
function namedIn(
  { source, others }: PlanSyncInput,
  { aliases }: ImageMaterial,
  rules: PlacingRules,
): readonly NamedRegistry[] {
  const isMapped = rules.repositories.size > 0 || rules.keepPath || rules.prefix !== '';
  if (!isMapped || source.registry === '') return others;
  return [...others, ...[...aliases].sort().map((inside) => ({ inside, outside: source.registry }))];
}

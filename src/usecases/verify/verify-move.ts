import { textTableOf } from '../../domain/core/text-table.ts';
import type { ExportedFile } from '../../domain/schemas/documents.ts';
import type { SyncPlan } from '../../domain/images/plan/sync-plan.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { countItems, nameFailures, type Item, type LongOutcome } from '../../domain/reports/outcome.ts';
import type { VerifyGroup, Reason } from '../../domain/reports/reasons.ts';
import { prepareObject } from '../../domain/apply/apply-object.ts';
import { flatMapList, isEmptyList, joinLists, mapList } from '../../domain/core/lists.ts';
import { describeResource, type Resource } from '../../domain/kube/resource.ts';
import type { Unseal } from '../../domain/export/sealed-secret.ts';
import { countFindings, formatVerification, isFailed, type Section } from '../../domain/verify/format-verification.ts';
import { assertClusterUid } from '../cluster/cluster-uid.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import type { Log, Folder, MakeList, ReadList, YamlCodec, Sleep, Sha256 } from '../../domain/core/ports.ts';
import type { Registry } from '../../domain/oci/registry.ts';
import { unsealResources } from '../seal/unseal-resources.ts';
import { awaitTags } from './await-tags.ts';
import { checkClaims, type TransferReport } from './check-claims.ts';
import { checkImages } from './check-images.ts';
import { checkImportedTags } from './check-imported-tags.ts';
import { checkObjects } from './check-objects.ts';
import { checkPods } from './check-pods.ts';
import { checkReadiness } from './check-readiness.ts';
import { surveyPlanned } from './survey-planned.ts';
import { checkSource, type KeptIndex } from './check-source.ts';
import { type Finding, agree, disagree } from './finding.ts';
import { whiteoutPathOf } from '../../domain/transform/transform-layout.ts';

/** What was planned, as far as it is known; each part that is there is checked. */
export interface VerifyInput {
  /** Resources as they were to be applied, and items for those that cannot be read. */
  readonly manifests:
    | { readonly resources: ReadList<Resource>; readonly unread: readonly Item<VerifyGroup>[] }
    | undefined;
  /** Namespace for all namespaced resources; empty: each one's own. */
  readonly namespace: string;
  readonly clusterUid: string | undefined;
  readonly plan: SyncPlan | undefined;
  readonly exported: { readonly index: KeptIndex; readonly folder: Folder } | undefined;
  readonly transformFolder: Folder | undefined;
  readonly applyFolder: Folder | undefined;
  /** Undefined: no volumes were transferred. */
  readonly transfer: TransferReport | undefined;
  /** Path of the readable report, in the folder of the reports. */
  readonly readablePath: string;
  readonly allowForbidden: string;
  /** How long workloads may take to become ready, and image tags to be imported. */
  readonly readySeconds: number;
  /** Kinds and objects that need not be ready. */
  readonly allowUnready: readonly string[];
}

interface VerifyPorts {
  readonly destination: Cluster;
  /** Undefined: the source is not read again. */
  readonly source: Cluster | undefined;
  /** The destination's registry; asked for when there is a plan. */
  readonly openRegistry: (plan: SyncPlan) => Promise<Registry>;
  readonly unseal: Unseal;
  /** Folder that gets the readable report. */
  readonly reports: Folder;
  readonly yaml: YamlCodec;
  readonly sha256: Sha256;
  readonly makeList: MakeList;
  readonly log: Log;
  readonly sleep: Sleep;
  readonly now: () => number;
}

export type VerifyResult =
  | 'verified-count'
  | 'different-count'
  | 'missing-count'
  | 'not-ready-count'
  | 'image-count'
  | 'drift-count';

const titles = {
  coverage: 'exported objects are planned or left out',
  objects: 'planned objects are at the destination',
  readiness: 'workloads are ready',
  images: 'image tags mean the planned digests',
  imports: 'imported tags mean the planned digests',
  pods: 'containers run the planned digests',
  claims: 'data of claims is equal',
  source: 'the source is as it was exported',
} as const;

/**
 * Proves a move: compares the clusters with what was planned. Each difference is a failed item, and has its diff in a
 * report for people. @throws TaskError `wrong-cluster`, `nothing-found`, or what a cluster refuses
 */
export async function verifyMove(
  input: VerifyInput,
  ports: VerifyPorts,
): Promise<LongOutcome<VerifyResult, VerifyGroup>> {
  const { destination, log, reports } = ports;
  await assertClusterUid(destination, { expected: input.clusterUid, ifUnreadable: 'refuse' });
  const sections = (await Promise.all([verifyPlan(input), verifyObjects(input, ports), verifyRest(input, ports)]))
    .flat()
    .filter(({ findings }) => !isEmptyList(findings));
  if (sections.length === 0) throw nothingToVerify(input);
  for (const section of sections) {
    const { title, agree: same, differ } = countFindings(section);
    log.info(`${title}: ${String(same)} agree, ${String(differ)} differ`);
    for (const { item } of Iterator.from(section.findings).filter(isFailed))
      log.warn(`${item.reason} ${item.id}: ${item.message ?? ''}`);
  }
  await reports.write(input.readablePath, formatVerification(sections, log.redactor));
  return { ...toOutcome(sections, destination), remedy: remedyOf(input) };
}

async function verifyPlan({ exported, transformFolder, applyFolder }: VerifyInput): Promise<readonly Section[]> {
  if (exported === undefined || transformFolder === undefined || applyFolder === undefined) return [];
  const findings = await checkCoverage({ index: exported.index, transformFolder, applyFolder });
  return [{ title: titles.coverage, findings }];
}

async function verifyObjects(input: VerifyInput, ports: VerifyPorts): Promise<readonly Section[]> {
  const { manifests, plan } = input;
  if (manifests === undefined) return plan === undefined ? [] : verifyImages(plan, [], ports);
  const opened = await unsealResources(manifests.resources, { ...ports, redactor: ports.log.redactor });
  const placed = mapList(opened.resources, (resource) => prepareObject(resource, input.namespace));
  const survey = surveyPlanned(placed);
  const { destination: cluster, makeList } = ports;
  const deadline = ports.now() + input.readySeconds * 1000;
  const options = { timeoutSeconds: input.readySeconds, allowed: input.allowUnready };
  const { findings: unimported, unsettled } = await awaitTags(survey.tags, options, { ...ports, cluster });
  const checked = await checkObjects(withoutTags(placed, unsettled, makeList), survey, { ...ports, cluster });
  const unread = [...manifests.unread, ...opened.items].map((item): Finding => ({ item }));
  const readiness = await checkReadiness(
    checked.workloads,
    { ...options, timeoutSeconds: Math.max(0, (deadline - ports.now()) / 1000) },
    { ...ports, cluster },
  );
  const imports = plan === undefined ? [] : await checkImportedTags(survey.tags, plan, cluster);
  return [
    { title: titles.objects, findings: joinLists(unread, unimported, checked.findings) },
    { title: titles.readiness, findings: readiness },
    { title: titles.imports, findings: imports },
    ...(plan === undefined ? [] : await verifyImages(plan, [...survey.namespaces], ports)),
  ];
}

function withoutTags(
  planned: ReadList<Resource>,
  unsettled: ReadonlySet<string>,
  makeList: MakeList,
): ReadList<Resource> {
  if (unsettled.size === 0) return planned;
  const settled = makeList<Resource>();
  for (const resource of planned) if (!unsettled.has(describeResource(resource))) settled.push(resource);
  return settled;
}

async function verifyImages(
  plan: SyncPlan,
  namespaces: readonly string[],
  ports: VerifyPorts,
): Promise<readonly Section[]> {
  if (plan.images.length === 0) return [];
  const registry = await ports.openRegistry(plan);
  const [images, pods] = await Promise.all([
    checkImages(plan, registry),
    checkPods({ plan, namespaces }, { cluster: ports.destination, registry }),
  ]);
  return [
    { title: titles.images, findings: images },
    { title: titles.pods, findings: pods },
  ];
}

async function verifyRest(input: VerifyInput, ports: VerifyPorts): Promise<readonly Section[]> {
  const { exported, transfer, transformFolder, allowForbidden } = input;
  const claims = transfer === undefined ? [] : await checkClaims(transfer);
  const sections: Section[] = [{ title: titles.claims, findings: claims }];
  if (ports.source === undefined || exported === undefined) return sections;
  const { source: cluster, yaml, unseal, log } = ports;
  const expected = exported.index.cluster.uid || undefined;
  await assertClusterUid(cluster, { expected, ifUnreadable: 'accept' });
  const markers = textTableOf((await transformFolder?.list()) ?? []);
  const findings = await checkSource(
    { index: exported.index, exportFolder: exported.folder, markers, allowForbidden },
    { cluster, yaml, unseal, log },
  );
  return [...sections, { title: titles.source, findings }];
}

function nothingToVerify({ manifests }: VerifyInput): TaskError {
  if (manifests !== undefined)
    return new TaskError('nothing-found', 'verifying the move: the manifests have no object', {
      remedy: 'Read in the report of the transform why each object was left out.',
    });
  return new TaskError(
    'invalid-param',
    'verifying the move: no plan, manifests or other record of the plan was given',
    { remedy: 'Bind kustomize or apply, skopeo, claims, or export together with source-context.' },
  );
}

function toOutcome(sections: readonly Section[], cluster: Cluster): LongOutcome<VerifyResult, VerifyGroup> {
  const items = flatMapList(joinLists(...sections.map(({ findings }) => findings)), ({ item }) => [item]);
  const reasons = new Map<Reason<VerifyGroup>, number>();
  for (const { reason } of items) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  const count = (...counted: readonly Reason<VerifyGroup>[]): string =>
    String(counted.reduce((sum, reason) => sum + (reasons.get(reason) ?? 0), 0));
  const { planned, failed } = countItems(items);
  const verified = planned - failed;
  const tail = failed === 0 ? 'no difference' : nameFailures(items);
  return {
    items,
    results: {
      'verified-count': String(verified),
      'different-count': count('different', 'digest-different', 'runs-other-image', 'checksum-unproven'),
      'missing-count': count('missing', 'missing-kind', 'image-missing', 'not-planned', 'not-transferred'),
      'not-ready-count': count('not-ready', 'not-imported', 'import-failed'),
      'image-count': count('digest-equal'),
      'drift-count': count('changed-since-export', 'added-since-export', 'deleted-since-export'),
    },
    summary: `verified ${String(verified)} of ${String(planned)} on ${cluster.contextName}: ${tail}`,
  };
}

function remedyOf({ readablePath }: VerifyInput): string {
  return `See ${readablePath} for each difference with its diff, fix what differs and run again.`;
}

interface CheckCoverageInput {
  readonly index: Pick<KeptIndex, 'files'>;
  readonly transformFolder: Folder;
  readonly applyFolder: Folder;
}

/** Whether each exported object either has a final manifest or was left out on purpose: none got lost on the way. */
export async function checkCoverage(input: CheckCoverageInput): Promise<readonly Finding[]> {
  const markers = textTableOf(await input.transformFolder.list());
  const manifests = textTableOf(await input.applyFolder.list());
  const { files } = input.index;
  const lost: ExportedFile[] = [];
  let leftOut = 0;
  for (const file of files) {
    if (markers.find(whiteoutPathOf(file.path)) !== -1) leftOut += 1;
    else if (manifests.find(file.path) === -1) lost.push(file);
  }
  const findings = lost.map(({ apiVersion, kind, namespace, name, path }) =>
    disagree({
      id: `export: ${apiVersion} ${kind} ${namespace === '' ? name : `${namespace}/${name}`}`,
      reason: 'not-planned',
      message: `${path} has neither a manifest nor a whiteout marker`,
    }),
  );
  if (findings.length > 0) return findings;
  const evidence = { objects: files.length, 'left-out': leftOut };
  return [agree('export: all objects', 'planned-or-left-out', evidence)];
}

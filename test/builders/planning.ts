import { parseClassicKinds } from '../../src/domain/kube/discovery.ts';
import { splitApiVersion, type Resource } from '../../src/domain/kube/resource.ts';
import { completeAnswers, type CompleteAnswers } from '../../src/domain/planning/answers.ts';
import { checkAnswers } from '../../src/domain/planning/check-answers.ts';
import { readInventory, type Inventory } from '../../src/domain/planning/inventory.ts';
import type { DestinationLists, KindList, RunsLists, SourceLists } from '../../src/domain/planning/lists.ts';
import { planMove, type MovePlan } from '../../src/domain/planning/move-plan.ts';
import { planMoveImages } from '../../src/domain/planning/plan-images.ts';
import type { Problem } from '../../src/domain/planning/problem.ts';
import type { MoveAnswers } from '../../src/domain/schemas/documents.ts';
import { destination as destinationHost, internal, outside } from './image-plan.ts';
import { aSurface } from './surface.ts';

/** Objects of a namespace as lists, one for each kind. */
export function asLists(resources: readonly Resource[]): readonly KindList[] {
  const byKind = Map.groupBy(resources, ({ apiVersion, kind }) => `${apiVersion} ${kind}`);
  return [...byKind.values()].flatMap((objects) => {
    const [{ apiVersion, kind } = { apiVersion: '', kind: '' }] = objects;
    const { group, version } = splitApiVersion(apiVersion);
    const plural = `${kind.toLowerCase()}s`;
    const [served] =
      parseClassicKinds(group, version, { resources: [{ kind, name: plural, namespaced: true }] }).kinds ?? [];
    return served === undefined ? [] : [{ kind: served, state: 'listed' as const, objects, message: '' }];
  });
}

export interface InventoryParts {
  readonly resources?: readonly Resource[];
  readonly lists?: readonly KindList[];
  readonly source?: Partial<SourceLists>;
  readonly destination?: Partial<DestinationLists>;
  readonly runs?: Partial<RunsLists>;
}

/** What was found in the namespace shop and at a destination that has nothing of it. */
export function anInventory({
  resources = [],
  lists,
  source,
  destination,
  runs,
}: InventoryParts = {}): Promise<Inventory> {
  return readInventory(
    {
      server: 'https://api.source.test:6443',
      clusterUid: 'source-uid',
      version: 'v1.27.0',
      namespace: 'shop',
      registry: { internal, public: outside },
      lists: lists ?? asLists(resources),
      ...source,
    },
    {
      server: 'https://api.destination.test:6443',
      namespace: 'shop',
      exists: true,
      surface: aSurface({ clusterUid: 'destination-uid' }),
      registry: { internal, public: destinationHost },
      claims: {},
      objectCount: 0,
      ...destination,
    },
    { namespace: 'migrations', migrations: [], pipelines: [], ...runs },
  );
}

/** Answers of which only the two namespaces are given. */
export function theAnswers(more: Partial<MoveAnswers> = {}): MoveAnswers {
  return { schemaVersion: 1, name: 'shop', source: { namespace: 'shop' }, destination: { namespace: 'shop' }, ...more };
}

export function complete(inventory: Inventory, more: Partial<MoveAnswers> = {}): CompleteAnswers {
  return completeAnswers(inventory, theAnswers(more));
}

/** What is wrong with answers, as `severity code path`. */
export function problemsOf(inventory: Inventory, more: Partial<MoveAnswers> = {}): readonly Problem[] {
  const given = theAnswers(more);
  const answers = completeAnswers(inventory, given);
  return checkAnswers({ inventory, given, answers, images: planMoveImages(inventory, answers) });
}

export function named(problems: readonly Problem[]): readonly string[] {
  return problems.map(({ severity, code, path }) => `${severity} ${code} ${path}`);
}

export function aPlan(inventory: Inventory, more: Partial<MoveAnswers> = {}): MovePlan {
  const answers = complete(inventory, more);
  return planMove(inventory, answers, planMoveImages(inventory, answers));
}

/** A bound claim of 1 GiB. */
export function aClaim(name: string, more: { readonly spec?: object; readonly status?: object } = {}): Resource {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace: 'shop', uid: `uid-${name}` },
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'standard',
      resources: { requests: { storage: '1Gi' } },
      ...more.spec,
    },
    status: { phase: 'Bound', capacity: { storage: '1Gi' }, ...more.status },
  };
}

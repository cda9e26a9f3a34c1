import { isRefusal, isRefusalOfRequest } from '../../domain/kube/status-error.ts';
import type { ObjectRef } from '../../domain/kube/api-paths.ts';
import { isUnexpectedObject } from '../../domain/kube/expected-object.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { describeItem, type Item } from '../../domain/reports/outcome.ts';
import type { ApplyGroup } from '../../domain/reports/reasons.ts';
import { classifyRefusal, evidenceOfRefusal, explainRefusal } from '../../domain/apply/apply-refusal.ts';
import { mayNeedTime } from '../../domain/kube/readiness.ts';
import { describeResource, keyOf, type Resource } from '../../domain/kube/resource.ts';
import { isServiceAccount } from '../../domain/kube/service-account.ts';
import { isStreamTag } from '../../domain/kube/stream-tag.ts';
import { inOrder, mapConcurrently } from '../map-concurrently.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import type { KeptList, Log, MakeList, Sleep, Sha256 } from '../../domain/core/ports.ts';
import { tagInStream, type Streams } from '../cluster/read-streams.ts';
import {
  applyObject,
  refOf,
  recreateObject,
  describeApplied,
  type Applied,
  type ApplyOptions,
  type ObjectToApply,
} from './apply-object.ts';
import type { Wanted } from './serve-version.ts';
import { waitUntilEstablished, waitForPullSecrets } from './check-target.ts';
import {
  checkObject,
  collectionOfReady,
  creationsOf,
  failed,
  needsTime,
  pathOf,
  readyOf,
  withoutContent,
  type Ready,
  type ReadyRef,
} from './ready-object.ts';
import type { CreationJournal, Recorded } from './creation-journal.ts';
import type { ApiKinds } from '../cluster/resolve-kinds.ts';
import { listVersions, type Versions } from '../cluster/list-objects.ts';
import { waitUntilReady, type Awaited } from '../cluster/wait-until-ready.ts';

export interface ApplyRunOptions extends ApplyOptions {
  /** Kinds, as `Job` or `Job.batch`, of which an object is deleted and created again when a field cannot change. */
  readonly recreate: ReadonlySet<string>;
  /** How long objects may take to become ready at the end; 0 does not wait. */
  readonly waitSeconds: number;
}

export interface ApplyRunPorts {
  readonly cluster: Cluster;
  readonly log: Log;
  readonly sleep: Sleep;
  readonly sha256: Sha256;
  /** Undefined: nothing is remembered for a rollback but what the report says. */
  readonly journal?: CreationJournal | undefined;
  /** For what is kept of each object. */
  readonly makeList: MakeList;
}

/** An object to wait for at the end, with the index of its item. */
interface AwaitedItem extends Awaited {
  readonly index: number;
}

const objectsAtOnce = 64;
const listsAtOnce = 8;

/** One run over the waves of a plan: the items so far, and whether the cluster still answers. */
export class ApplyRun {
  readonly #items: KeptList<Item<ApplyGroup>>;
  readonly #awaited: AwaitedItem[] = [];
  /** Items that take the place of those with the same index. */
  readonly #unready = new Map<number, Item<ApplyGroup>>();
  readonly #options: ApplyRunOptions;
  readonly #ports: ApplyRunPorts;
  /** Something was applied: from now on the run ends with a report of what was and what was not. */
  #isUseful = false;
  /** Set once the cluster stopped answering: nothing more is tried. */
  #broken: TaskError | undefined;

  constructor(options: ApplyRunOptions, ports: ApplyRunPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#items = ports.makeList();
  }

  /** Can be read several times. */
  get items(): Iterable<Item<ApplyGroup>> {
    const [items, unready] = [this.#items, this.#unready];
    return {
      *[Symbol.iterator]() {
        let index = 0;
        for (const item of items) {
          yield unready.get(index) ?? item;
          index += 1;
        }
      },
    };
  }

  /** Does something unless the run is broken. A cluster that stops answering breaks it, once something is applied. */
  async attempt(work: () => Promise<void>): Promise<void> {
    if (this.#broken !== undefined) return;
    try {
      await work();
    } catch (error) {
      this.#break(error);
    }
  }

  /**
   * Applies the resources of one wave, and waits for what the next one needs of them.
   * @param wave can be read several times
   * @param streams of its ImageStreamTags
   */
  async applyWave(
    wave: Iterable<Wanted>,
    { kinds, streams }: { readonly kinds: ApiKinds; readonly streams?: Streams },
  ): Promise<void> {
    const { cluster } = this.#ports;
    const collections = this.#collectionsOf(wave, kinds);
    // Nothing of the wave is tried.
    if (this.#broken !== undefined) return;
    let before: ReadonlyMap<string, Versions> = new Map();
    await this.attempt(async () => {
      before = await listAll(cluster, collections);
    });
    const ready = { [Symbol.iterator]: () => readyOf(wave, kinds) };
    if (!this.#options.dryRun) await this.#ports.journal?.expect(creationsOf(ready, before));
    await this.#applyReady(ready, { before, streams });
  }

  /** Where the objects of a wave belong, with an item for each that cannot be tried. */
  #collectionsOf(wave: Iterable<Wanted>, kinds: ApiKinds): ReadonlyMap<string, ObjectRef> {
    const collections = new Map<string, ObjectRef>();
    for (const wanted of wave) {
      const checked = this.#untried(wanted.resource) ?? checkObject(wanted, kinds);
      if ('id' in checked) this.#items.push(checked);
      else collections.set(collectionOfReady(checked), refOf(checked));
    }
    return collections;
  }

  async #applyReady(
    ready: Iterable<Ready>,
    { before, streams }: { readonly before: ReadonlyMap<string, Versions>; readonly streams: Streams },
  ): Promise<void> {
    const { log, journal, makeList } = this.#ports;
    const records = makeList<Recorded>();
    const made: ReadyRef[] = [];
    let started = 0;
    const take = inOrder(({ item, object }: { item: Item<ApplyGroup>; object: ReadyRef }): void => {
      this.#items.push(item);
      if (item.outcome !== 'done' || this.#options.dryRun) return;
      records.push({ path: pathOf(object), evidence: item.evidence ?? {} });
      if (needsTime(object.resource)) made.push(object);
      if (this.#options.waitSeconds > 0 && mayNeedTime(object.resource))
        this.#awaited.push({ index: this.#items.length - 1, resource: object.resource, ref: refOf(object) });
    });
    await mapConcurrently(ready, objectsAtOnce, async (object) => {
      const number = started;
      started += 1;
      const inStream = isStreamTag(object.resource) ? tagInStream(object.resource, streams) : undefined;
      const verdict = await this.#apply({ ...object, inStream, before: before.get(collectionOfReady(object)) });
      const item = withConversion(verdict, object.convertedFrom);
      log.item(item, describeItem(item));
      take(number, { item, object: { api: object.api, resource: withoutContent(object.resource) } });
    });
    if (this.#options.dryRun) return;
    await journal?.confirm(records);
    await this.attempt(() => this.#waitForEffects(made));
  }

  /** Waits for all that was applied to become ready; what does not turns into a failed item that says why. */
  async waitForAll(): Promise<void> {
    const { waitSeconds, dryRun } = this.#options;
    if (waitSeconds === 0 || dryRun) return;
    const awaited = this.#awaited;
    if (awaited.length > 0) this.#ports.log.info(`waiting for ${String(awaited.length)} resources to become ready`);
    await this.attempt(async () => {
      const unready = await waitUntilReady(awaited, waitSeconds * 1000, this.#ports);
      for (const each of awaited) {
        const why = unready.get(each);
        const item = this.#items.at(each.index);
        if (why === undefined || item === undefined) continue;
        this.#unready.set(each.index, { ...item, outcome: 'failed', reason: 'not-ready', message: why });
      }
    });
  }

  /** Definitions must be in force and accounts complete before what uses them comes. */
  async #waitForEffects(made: readonly ReadyRef[]): Promise<void> {
    const { cluster, log, sleep } = this.#ports;
    const definitions = made.filter(({ resource }) => resource.kind === 'CustomResourceDefinition');
    await waitUntilEstablished(cluster, definitions.map(refOf), sleep);
    const accounts = made.filter(({ resource }) => isServiceAccount(resource));
    await waitForPullSecrets(cluster, accounts.map(refOf), { log, sleep });
  }

  async #apply(object: ObjectToApply): Promise<Item<ApplyGroup>> {
    const { resource } = object;
    const untried = this.#untried(resource);
    if (untried !== undefined) return this.#withHistory(untried, object);
    try {
      const applied = await this.#applyOrRecreate(object);
      this.#isUseful = true;
      const item = describeApplied(resource, applied, this.#ports.sha256);
      const origin = this.#ports.journal?.originOf(pathOf(object), applied);
      return origin === undefined ? item : { ...item, evidence: { ...item.evidence, origin } };
    } catch (error) {
      return this.#withHistory(this.#toFailure(resource, error), object);
    }
  }

  #toFailure(resource: Resource, error: unknown): Item<ApplyGroup> {
    if (isRefusalOfRequest(error)) {
      const evidence = evidenceOfRefusal(error.body);
      const item = failed(resource, classifyRefusal(error), explainRefusal(error, this.#ports.log.redactor));
      return Object.keys(evidence).length === 0 ? item : { ...item, evidence };
    }
    if (isUnexpectedObject(error) || (error instanceof TaskError && error.code === 'incomplete'))
      return failed(resource, error.code, error.message);
    const { code, message } = this.#break(error);
    return failed(resource, code, message);
  }

  /** A failed item keeps the evidence of an object that an earlier run created: a rollback must find it. */
  #withHistory(item: Item<ApplyGroup>, object: ObjectToApply): Item<ApplyGroup> {
    const earlier = this.#ports.journal?.evidenceOf(pathOf(object));
    return earlier === undefined ? item : { ...item, evidence: { ...earlier, ...item.evidence } };
  }

  async #applyOrRecreate(object: ObjectToApply): Promise<Applied> {
    try {
      return await applyObject(this.#ports.cluster, object, this.#options);
    } catch (error) {
      const { group, kind } = keyOf(object.resource);
      const mayGo = [kind, `${kind}.${group}`].some((name) => this.#options.recreate.has(name));
      if (!mayGo || !isRefusal(error) || classifyRefusal(error) !== 'immutable') throw error;
      const { log } = this.#ports;
      log.warn(`recreating ${describeResource(object.resource)}: ${explainRefusal(error, log.redactor)}`);
      return recreateObject(this.#ports, object, this.#options);
    }
  }

  #untried(resource: Resource): Item<ApplyGroup> | undefined {
    if (this.#broken === undefined) return undefined;
    return failed(resource, this.#broken.code, `not tried: ${this.#broken.message}`);
  }

  #break(error: unknown): TaskError {
    if (!(error instanceof TaskError) || !this.#isUseful) throw error;
    this.#broken ??= error;
    return error;
  }
}

function withConversion(item: Item<ApplyGroup>, from: string | undefined): Item<ApplyGroup> {
  if (from === undefined) return item;
  const note = `converted from ${from}`;
  return { ...item, message: item.message === undefined ? note : `${item.message}; ${note}` };
}

async function listAll(
  cluster: Cluster,
  collections: ReadonlyMap<string, ObjectRef>,
): Promise<ReadonlyMap<string, Versions>> {
  const listed = await mapConcurrently(collections, listsAtOnce, async ([path, { kind, namespace }]) => {
    return [path, await listVersions({ cluster, kind, namespace })] as const;
  });
  return new Map(listed);
}

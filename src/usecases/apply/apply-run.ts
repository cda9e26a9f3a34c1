import { isRefusal, isRefusalOfRequest } from '../../domain/kube/status-error.ts';
import type { ApiKind } from '../../domain/kube/discovery.ts';
import { collectionPath, objectPath } from '../../domain/kube/api-paths.ts';
import { isUnexpectedObject } from '../../domain/kube/expected-object.ts';
import { TaskError } from '../../domain/core/errors.ts';
import { describeItem, type Item } from '../../domain/reports/outcome.ts';
import type { ApplyGroup, Reason } from '../../domain/reports/reasons.ts';
import { classifyRefusal, evidenceOfRefusal, explainRefusal } from '../../domain/apply/apply-refusal.ts';
import { mayNeedTime } from '../../domain/kube/readiness.ts';
import { describeResource, keyOf, type Resource } from '../../domain/kube/resource.ts';
import { isServiceAccount } from '../../domain/kube/service-account.ts';
import { isStreamTag } from '../../domain/kube/stream-tag.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import type { Cluster } from '../../domain/kube/cluster.ts';
import type { Log, Sleep, Sha256 } from '../../domain/core/ports.ts';
import { tagInStream, type Streams } from '../cluster/read-streams.ts';
import {
  applyObject,
  refOf,
  recreateObject,
  describeApplied,
  appliedIdentity,
  type Applied,
  type ApplyOptions,
  type ObjectToApply,
} from './apply-object.ts';
import { describeUnserved, type Wanted } from './serve-version.ts';
import { waitUntilEstablished, waitForPullSecrets } from './check-target.ts';
import type { CreationJournal } from './creation-journal.ts';
import { kindKey, type ApiKinds } from '../cluster/resolve-kinds.ts';
import { listVersions, type Versions } from '../cluster/list-objects.ts';
import { waitUntilReady } from '../cluster/wait-until-ready.ts';

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
}

interface Ready extends Wanted {
  readonly api: ApiKind;
}

/** The item of a resource; `object` is there when it was applied or tried. */
interface Result {
  item: Item<ApplyGroup>;
  readonly object?: Ready;
}

const objectsAtOnce = 64;
const listsAtOnce = 8;

/** One run over the waves of a plan: the items so far, and whether the cluster still answers. */
export class ApplyRun {
  readonly #results: Result[] = [];
  readonly #options: ApplyRunOptions;
  readonly #ports: ApplyRunPorts;
  /** Something was applied: from now on the run ends with a report of what was and what was not. */
  #isUseful = false;
  /** Set once the cluster stopped answering: nothing more is tried. */
  #broken: TaskError | undefined;

  constructor(options: ApplyRunOptions, ports: ApplyRunPorts) {
    this.#options = options;
    this.#ports = ports;
  }

  get items(): readonly Item<ApplyGroup>[] {
    return this.#results.map(({ item }) => item);
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

  /** Applies the resources of one wave, and waits for what the next one needs of them. `streams`: of its ImageStreamTags. */
  async applyWave(
    wave: readonly Wanted[],
    { kinds, streams }: { readonly kinds: ApiKinds; readonly streams?: Streams },
  ): Promise<void> {
    const { cluster, log } = this.#ports;
    const checked = wave.map((wanted) => this.#untried(wanted.resource) ?? checkObject(wanted, kinds));
    const ready = checked.filter((each) => 'api' in each);
    this.#results.push(...checked.filter((each) => 'id' in each).map((item) => ({ item })));
    let before: ReadonlyMap<string, Versions> = new Map();
    await this.attempt(async () => {
      before = await listAll(cluster, ready);
    });
    await this.#expectCreations(ready, before);
    const results = await mapConcurrently(ready, objectsAtOnce, async (object) => {
      const inStream = isStreamTag(object.resource) ? tagInStream(object.resource, streams) : undefined;
      const verdict = await this.#apply({ ...object, inStream, before: before.get(collectionOfReady(object)) });
      const item = withConversion(verdict, object.convertedFrom);
      log.item(item, describeItem(item));
      return { item, object };
    });
    this.#results.push(...results);
    if (this.#options.dryRun) return;
    const applied = results.filter(({ item }) => item.outcome === 'done');
    const records = applied.map(({ item: { evidence = {} }, object }) => ({ path: pathOf(object), evidence }));
    await this.#ports.journal?.confirm(records);
    await this.attempt(() => this.#waitForEffects(applied.map(({ object }) => object)));
  }

  /** Waits for all that was applied to become ready; what does not turns into a failed item that says why. */
  async waitForAll(): Promise<void> {
    const { waitSeconds, dryRun } = this.#options;
    if (waitSeconds === 0 || dryRun) return;
    const awaited = this.#results.flatMap((result) => {
      const { item, object } = result;
      if (object === undefined || item.outcome !== 'done' || !mayNeedTime(object.resource)) return [];
      return [{ result, resource: object.resource, ref: refOf(object) }];
    });
    if (awaited.length > 0) this.#ports.log.info(`waiting for ${String(awaited.length)} resources to become ready`);
    await this.attempt(async () => {
      const unready = await waitUntilReady(awaited, waitSeconds * 1000, this.#ports);
      for (const each of awaited) {
        const why = unready.get(each);
        if (why === undefined) continue;
        each.result.item = { ...each.result.item, outcome: 'failed', reason: 'not-ready', message: why };
      }
    });
  }

  async #expectCreations(ready: readonly Ready[], before: ReadonlyMap<string, Versions>): Promise<void> {
    if (this.#options.dryRun) return;
    const absent = ready.filter(
      (each) => before.get(collectionOfReady(each))?.has(each.resource.metadata.name) === false,
    );
    const records = absent.map((each) => ({ path: pathOf(each), evidence: appliedIdentity(each.resource) }));
    await this.#ports.journal?.expect(records);
  }

  /** Definitions must be in force and accounts complete before what uses them comes. */
  async #waitForEffects(made: readonly Ready[]): Promise<void> {
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

// A name with these could leave the collection's path.
const unsafeName = /^\.{1,2}$|[/%]/;

function checkObject(wanted: Wanted, kinds: ApiKinds): Ready | Item<ApplyGroup> {
  const { resource } = wanted;
  const api = kinds.get(kindKey(resource));
  if (api === undefined) return failed(resource, 'missing-kind', describeUnserved(resource));
  const { name, namespace = '' } = resource.metadata;
  if (unsafeName.test(name) || unsafeName.test(namespace))
    return failed(resource, 'invalid', 'this is not a name that Kubernetes allows');
  if (api.namespaced && namespace === '')
    return failed(resource, 'invalid', 'it has no namespace: give one with the param namespace');
  return { ...wanted, api };
}

function withConversion(item: Item<ApplyGroup>, from: string | undefined): Item<ApplyGroup> {
  if (from === undefined) return item;
  const note = `converted from ${from}`;
  return { ...item, message: item.message === undefined ? note : `${item.message}; ${note}` };
}

async function listAll(cluster: Cluster, ready: readonly Ready[]): Promise<ReadonlyMap<string, Versions>> {
  const collections = new Map(ready.map((one) => [collectionOfReady(one), refOf(one)]));
  const listed = await mapConcurrently(collections, listsAtOnce, async ([path, { kind, namespace }]) => {
    return [path, await listVersions({ cluster, kind, namespace })] as const;
  });
  return new Map(listed);
}

function pathOf(object: Pick<Ready, 'resource' | 'api'>): string {
  return objectPath(refOf(object));
}

function collectionOfReady({ resource, api }: Ready): string {
  return collectionPath(api, resource.metadata.namespace ?? '');
}

export function failed(resource: Resource, reason: Reason<ApplyGroup>, message: string): Item<ApplyGroup> {
  return { id: describeResource(resource), outcome: 'failed', reason, message };
}

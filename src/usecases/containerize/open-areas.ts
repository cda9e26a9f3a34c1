import { debugContainerItem, snapshotItems } from '../../domain/containerize/helper-items.ts';
import { readBaseConfig } from '../../domain/containerize/base-config.ts';
import { readImageUser } from '../../domain/containerize/layer-owner.ts';
import { targetRoot } from '../../domain/containerize/debug-container.ts';
import type { FileReader } from '../../domain/containerize/file-entry.ts';
import type { PlannedArea } from '../../domain/containerize/plan.ts';
import { claimsOfAreas, foldersOfAreas, readerFor } from '../../domain/containerize/reader-pod.ts';
import { messageOf } from '../../domain/core/errors.ts';
import type { Item } from '../../domain/reports/outcome.ts';
import { describeHelper, listHelpers, removeHelpers, waitForRemoval } from '../exports/remove-helpers.ts';
import { addDebugContainer, assertReadable } from './add-debug-container.ts';
import type { PlannedImage } from './plan-image.ts';
import type { ContainerizePorts, ContainerizeRequest, PodPlace } from './ports.ts';
import { withHooks } from './run-hooks.ts';
import { startReader, type StartPorts } from './start-reader.ts';
import { cutSnapshots, restoreSnapshots } from './take-snapshots.ts';

export interface AreaRun {
  readonly request: ContainerizeRequest;
  readonly planned: PlannedImage;
  /** Of the export. */
  readonly id: string;
}

/** Files that are open while they are needed. */
export interface OpenAreas {
  /** Of all areas. */
  readonly files: FileReader;
  /** Of the container's own file system; undefined when they cannot be read. */
  readonly own: FileReader | undefined;
}

/** What work gave, and what was done to read its files, for the report. */
export interface OpenedWork<T> {
  readonly result: T;
  readonly items: readonly Item<'containerize'>[];
}

interface Closing {
  close(): Promise<void>;
}

/**
 * Opens the files of the areas as the plan says: runs the hooks, takes snapshots, starts a pod or a debug container. All
 * that was made is removed at the end of the work, also after a failure and a signal.
 * @throws TaskError as withHooks, startReader, cutSnapshots and addDebugContainer; what the work throws
 */
export async function withOpenAreas<T extends Closing>(
  run: AreaRun,
  work: (areas: OpenAreas) => Promise<T>,
  ports: ContainerizePorts,
): Promise<OpenedWork<T>> {
  const { plan, found, container } = run.planned;
  const items: Item<'containerize'>[] = [];
  const opening = new Opening(run, items, ports);
  const place = { namespace: run.request.namespace, pod: plan.pod, container: plan.container };
  const { hooks } = found.profile.profile;
  const byHelpers = (use: () => Promise<T>): Promise<T> => opening.thenRemove(use);
  const open = async (claims: ReadonlyMap<string, string>): Promise<T> => {
    const own = plan.reading.own === 'debug-container' ? await opening.debug() : container.files;
    const files = await opening.files(own, claims);
    return work({ files, own });
  };
  const discard = (result: T): Promise<void> => result.close();
  const byHooks = { hooks, place, items };
  if (plan.reading.claims === 'snapshot') {
    const result = await byHelpers(async () => {
      await withHooks(byHooks, () => opening.cut(), ports);
      return open(await opening.restore());
    });
    return { result, items };
  }
  const same = new Map(opening.claims.map((name) => [name, name]));
  return { result: await withHooks({ ...byHooks, discard }, () => byHelpers(() => open(same)), ports), items };
}

class Opening {
  /** Claims that are read by a pod. */
  readonly claims: readonly string[];
  readonly #run: AreaRun;
  readonly #items: Item<'containerize'>[];
  readonly #ports: ContainerizePorts;
  readonly #included: readonly PlannedArea[];
  readonly #read: readonly PlannedArea[];
  #hasHelpers = false;
  #debug: PodPlace | undefined;

  constructor(run: AreaRun, items: Item<'containerize'>[], ports: ContainerizePorts) {
    const { areas, reading } = run.planned.plan;
    this.#run = run;
    this.#items = items;
    this.#ports = ports;
    this.#included = areas.filter((area) => area.included);
    const isByPod = (area: PlannedArea): boolean => reading.claims === 'snapshot' || !ports.isMountedHere(area);
    this.#read = reading.claims === 'container' ? [] : this.#included.filter(isByPod);
    this.claims = claimsOfAreas(this.#read);
  }

  get #start(): StartPorts {
    const { exports, log, push } = this.#ports;
    return { cluster: exports.cluster, log, now: exports.now, pause: push.pause };
  }

  /** Some nodes do not report the user of a process. */
  get #imageUser() {
    const { base, passwd } = this.#run.planned;
    return readImageUser(readBaseConfig(base.configBytes).user, passwd);
  }

  get #snapshots() {
    const { request, planned, id } = this.#run;
    return { id, sources: planned.snapshots, seconds: request.startSeconds };
  }

  cut(): Promise<void> {
    this.#hasHelpers = true;
    return cutSnapshots(this.#snapshots, this.#start);
  }

  /** @returns the restored claim by the claim of the application */
  async restore(): Promise<ReadonlyMap<string, string>> {
    const restored = await restoreSnapshots(this.#snapshots, this.#start);
    this.#items.push(...snapshotItems(this.#run.planned.snapshots));
    return new Map(this.claims.map((name, index) => [name, restored[index] ?? '']));
  }

  /** @param mounted the claim that the pod mounts by the claim of the application */
  async files(own: FileReader | undefined, mounted: ReadonlyMap<string, string>): Promise<FileReader> {
    const { filesOf, openHelper } = this.#ports;
    const [first] = this.claims;
    if (first === undefined) return filesOf(this.#included, own);
    const { request, planned, id } = this.#run;
    const reader = readerFor(planned.found.pod, first, this.#imageUser?.uid);
    // What a snapshot has can be mounted on any node.
    const node = planned.plan.reading.claims === 'snapshot' ? '' : reader.node;
    const { readerImage: image, pullSecrets, namespace, startSeconds } = request;
    const claims = this.claims.map((name) => mounted.get(name) ?? name);
    this.#hasHelpers = true;
    const pod = { ...reader, node, id, namespace, image, pullSecrets, claims };
    const place = await startReader(pod, startSeconds, this.#start);
    const folders = foldersOfAreas(this.#read, this.claims);
    const files = await openHelper(place, folders);
    return filesOf(this.#included, own, { files, paths: new Set(folders.keys()) });
  }

  async debug(): Promise<FileReader> {
    const { request, planned, id } = this.#run;
    const { pod, container } = planned.found;
    const suffix = Buffer.from(this.#ports.random(3)).toString('hex');
    const name = `export-${id}-${suffix}`.slice(-63);
    const imageUser = this.#imageUser;
    const target = { pod, container, image: request.readerImage, name, imageUser, seconds: request.startSeconds };
    this.#debug = await addDebugContainer(target, this.#start);
    this.#items.push(debugContainerItem(name, pod));
    const files = await this.#ports.openHelper(this.#debug, new Map([['/', targetRoot]]));
    await assertReadable(files, target);
    return files;
  }

  async thenRemove<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      await this.#remove().catch((error: unknown) => {
        this.#ports.log.warn(`helper objects of the export are left: ${messageOf(error)}`);
      });
    }
  }

  async #remove(): Promise<void> {
    const { cleanUp, endHelper, signal, log, push } = this.#ports;
    if (this.#debug !== undefined) await endHelper(this.#debug);
    if (!this.#hasHelpers) return;
    const helpers = (await listHelpers(cleanUp, this.#run.request.namespace)).filter(({ id }) => id === this.#run.id);
    await removeHelpers(cleanUp, helpers);
    // After a signal there is no time to wait; the cluster does it.
    if (signal.aborted) return;
    const { now } = this.#ports.exports;
    const left = await waitForRemoval(helpers, { cluster: cleanUp, sleep: push.pause, now });
    for (const each of left) log.warn(`${describeHelper(each)} was deleted and is still there`);
  }
}

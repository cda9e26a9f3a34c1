import type { MoverEvent } from '../../../domain/schemas/documents.ts';
import { TaskError } from '../../../domain/core/errors.ts';
import { stringAt } from '../../../domain/core/json-object.ts';
import { formatBytes } from '../../../domain/core/format-bytes.ts';
import { parseEvent, type MoverEnd } from '../../../domain/volumes/mover-protocol.ts';
import type { FileProblem } from '../../../domain/volumes/copier/volume-copier.ts';
import { podTrouble } from '../../../domain/volumes/helper-pod.ts';
import { describeClaim, type Role, type Transfer } from '../../../domain/volumes/transfer.ts';
import type { Resource } from '../../../domain/kube/resource.ts';
import type { Log } from '../../../domain/core/ports.ts';
import { knownKinds } from '../../../domain/kube/known-kinds.ts';
import { objectPath } from '../../../domain/kube/api-paths.ts';
import { onRefusal } from '../../../domain/kube/status-error.ts';
import { getObject } from '../../cluster/find-object.ts';
import { jobFailure, newestPod, type StartedJob } from './helper-jobs.ts';
import { sideOf, type WaitPorts } from './ports.ts';

export interface MoverResult {
  readonly end: MoverEnd;
  readonly problems: readonly FileProblem[];
}

type WatchPorts = WaitPorts & { readonly log: Log };

interface WatchOptions {
  readonly jobs: Readonly<Record<Role, StartedJob>>;
  /** Until when the pods must run. */
  readonly startBy: number;
}

/** Lines of a log that surely hold the last event. */
const tail = '20';
const mostLogBytes = String(8 * 1024 * 1024);

/** Follows a transfer by the log of the mover. @throws TaskError `timeout`, `program-broke`; ClusterStatusError */
export async function watchMover(transfer: Transfer, options: WatchOptions, ports: WatchPorts): Promise<MoverResult> {
  const watch = new Watch(transfer, options, ports);
  for (;;) {
    const result = await watch.look();
    if (result !== undefined) return result;
    await ports.keepAlive();
    await ports.pause();
  }
}

class Watch {
  readonly #transfer: Transfer;
  readonly #options: WatchOptions;
  readonly #ports: WatchPorts;
  #lastNote = '';

  constructor(transfer: Transfer, options: WatchOptions, ports: WatchPorts) {
    this.#transfer = transfer;
    this.#options = options;
    this.#ports = ports;
  }

  /** The result, once there is one. */
  async look(): Promise<MoverResult | undefined> {
    const [client, server] = await Promise.all([
      newestPod(this.#transfer, 'client', this.#ports),
      newestPod(this.#transfer, 'server', this.#ports),
    ]);
    const logged = client === undefined ? undefined : await this.#readLog(client, { tailLines: tail });
    const events = parseEvents(logged ?? '');
    if (client !== undefined && events.some(({ event }) => event === 'end')) return this.#result(client);
    this.#showNews(events);
    await this.#throwWhenFailed('client');
    await this.#throwWhenFailed('server');
    if (events.length === 0 || !isRunning(server)) this.#throwWhenLate({ client, server });
    return undefined;
  }

  async #readLog(pod: Resource, query: Readonly<Record<string, string>>): Promise<string | undefined> {
    const ref = { kind: knownKinds.pods, namespace: this.#transfer.source.namespace, name: pod.metadata.name };
    const answer = this.#ports.source.request({ path: `${objectPath(ref)}/log`, query, asText: true });
    // Its container is not there yet, or no more.
    const text = await answer.catch(onRefusal([400, 404], undefined));
    return typeof text === 'string' ? text : undefined;
  }

  async #result(pod: Resource): Promise<MoverResult | undefined> {
    const events = parseEvents((await this.#readLog(pod, { limitBytes: mostLogBytes })) ?? '');
    const end = events.find((event) => event.event === 'end');
    const problems = events.filter((event) => event.event === 'problem');
    return end === undefined ? undefined : { end, problems };
  }

  #showNews(events: readonly MoverEvent[]): void {
    const notes = events.flatMap((event) => (event.event === 'note' ? [event.message] : []));
    for (const note of notes.slice(notes.lastIndexOf(this.#lastNote) + 1)) {
      this.#lastNote = note;
      this.#ports.log.info(`${describeClaim(this.#transfer.source)}: ${note}`);
    }
    const progress = events.findLast((event) => event.event === 'progress');
    if (progress === undefined) return;
    const { percent, bytes, rate } = progress;
    const place = describeClaim(this.#transfer.source);
    const figures = `${place}: ${String(percent)} %, ${formatBytes(bytes)}, ${rate}`;
    this.#ports.log.progress(percent, 100, { message: figures, id: `claim ${place}`, bytes });
  }

  async #throwWhenFailed(role: Role): Promise<void> {
    const { cluster, namespace } = sideOf(this.#transfer, role, this.#ports);
    const ref = { kind: knownKinds.jobs, namespace, name: this.#options.jobs[role].name };
    const failure = jobFailure(await getObject(cluster, ref));
    if (failure === undefined) return;
    throw this.#broken('program-broke', `the helper pod at the ${nameOfSide(role)} failed: ${failure}`);
  }

  #throwWhenLate(pods: Readonly<Record<Role, unknown>>): void {
    for (const role of ['server', 'client'] as const) {
      const trouble = podTrouble(pods[role]);
      if (trouble?.isFinal === true)
        throw this.#broken('program-broke', `the helper pod at the ${nameOfSide(role)}: ${trouble.message}`);
    }
    if (this.#ports.now() < this.#options.startBy) return;
    const late = (['server', 'client'] as const).filter((role) => !isRunning(pods[role]));
    const role = late[0] ?? 'client';
    const cause = podTrouble(pods[role])?.message ?? 'the cluster made no pod: see the events of its Job';
    throw this.#broken('timeout', `the helper pod at the ${nameOfSide(role)} does not run: ${cause}`);
  }

  #broken(code: 'program-broke' | 'timeout', problem: string): TaskError {
    return new TaskError(code, `moving claim ${describeClaim(this.#transfer.source)}: ${problem}`, {
      remedy: 'Fix the cause, then run again: copied files are kept.',
    });
  }
}

function parseEvents(text: string): readonly MoverEvent[] {
  return text.split('\n').flatMap((line) => parseEvent(line) ?? []);
}

function nameOfSide(role: Role): string {
  return role === 'client' ? 'source' : 'destination';
}

function isRunning(pod: unknown): boolean {
  return stringAt(pod, 'status', 'phase') === 'Running';
}

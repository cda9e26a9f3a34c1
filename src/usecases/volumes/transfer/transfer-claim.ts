import type { MoverPlan } from '../../../domain/schemas/documents.ts';
import { messageOf } from '../../../domain/core/errors.ts';
import { podTrouble, freeSpaceOf, type HelperPod } from '../../../domain/volumes/helper-pod.ts';
import { formatPlan } from '../../../domain/volumes/mover-protocol.ts';
import {
  relayPorts,
  clientTunnel,
  secretFiles,
  serverTunnel,
  tunnelPort,
  type TlsIdentity,
} from '../../../domain/volumes/stunnel-config.ts';
import { describeClaim, placeOf, type Role, type Transfer } from '../../../domain/volumes/transfer.ts';
import {
  allowIngress,
  createSecret,
  keepAlive,
  startJob,
  newestPod,
  removeJobs,
  type StartedJob,
} from './helper-jobs.ts';
import { openEndpoint, type EndpointOptions } from './open-endpoint.ts';
import type { PodPort, PodRelay, VolumePorts, WaitPorts } from './ports.ts';
import { watchMover, type MoverResult } from './watch-mover.ts';

/** One side of a transfer, decided. */
export type HelperSide = Pick<HelperPod, 'identity' | 'node' | 'tolerations'>;

export interface ClaimTransfer extends Pick<HelperPod, 'transfer' | 'image' | 'pullSecrets'> {
  readonly plan: Omit<MoverPlan, 'endpoint' | 'freeBytes'>;
  /** Whether what cannot fit at the destination is refused before anything is copied. */
  readonly checkSpace: boolean;
  readonly sides: Readonly<Record<Role, HelperSide>>;
  readonly endpoint: EndpointOptions;
  readonly startSeconds: number;
}

const pause = 500;
const heartbeatInterval = 8000;

/**
 * Runs the helper pods of one transfer until the mover has ended, and removes everything made for it in any case.
 * @throws TaskError, ClusterStatusError: it broke before the mover reported how it ended
 */
export async function transferClaim(work: ClaimTransfer, ports: VolumePorts): Promise<MoverResult> {
  const run = new TransferRun(work, ports);
  let result: MoverResult;
  try {
    result = await run.move();
  } catch (error) {
    await cleanUp(work.transfer, ports, { wait: false }).catch((problem: unknown) => {
      ports.log.warn(`${describeClaim(work.transfer.source)}: helper objects are left: ${messageOf(problem)}`);
    });
    throw error;
  }
  await cleanUp(work.transfer, ports, { wait: true });
  return result;
}

/** A run that was stopped has little time left and only asks for the removal; the cluster does it. */
function cleanUp(transfer: Transfer, ports: VolumePorts, { wait }: { readonly wait: boolean }): Promise<void> {
  return removeJobs(transfer, { ...ports.cleanUp, now: ports.now, sleep: ports.sleep }, { wait });
}

class TransferRun {
  readonly #work: ClaimTransfer;
  readonly #ports: VolumePorts;
  readonly #jobs: StartedJob[] = [];
  #lastHeartbeat: number;

  constructor(work: ClaimTransfer, ports: VolumePorts) {
    this.#work = work;
    this.#ports = ports;
    this.#lastHeartbeat = ports.now();
  }

  async move(): Promise<MoverResult> {
    const { transfer, plan, endpoint } = this.#work;
    const relays = endpoint.type === 'port-forward';
    const { source, destination, now, log } = this.#ports;
    const clusters = { source, destination };
    const startBy = now() + this.#work.startSeconds * 1000;
    const [own, peer] = await Promise.all([this.#identity('client'), this.#identity('server')]);
    const server = await this.#start('server');
    if (!relays) await allowIngress(transfer, server, { ...clusters, log });
    const wait = { ...clusters, now, pause: () => this.#ports.sleep(pause), keepAlive: () => this.#keepAlive() };
    const { address, listen } = await openEndpoint(transfer, server, { options: endpoint, ports: wait });
    const config = serverTunnel(plan, listen);
    await createSecret(transfer, { job: server, files: filesOf(peer, own, config) }, clusters);
    const reached = relays ? 'the destination by port-forward' : `${address.host}:${String(address.port)}`;
    log.info(`${describeClaim(transfer.source)}: by ${endpoint.type}${relays ? '' : ` at ${reached}`}`);
    const freeBytes = this.#work.checkSpace ? await waitForFreeSpace(transfer, startBy, wait) : undefined;
    const client = await this.#start('client');
    const text = formatPlan({ ...plan, endpoint: reached, ...(freeBytes === undefined ? {} : { freeBytes }) });
    const files = { ...filesOf(own, peer, clientTunnel(address)), [secretFiles.plan]: text };
    await createSecret(transfer, { job: client, files }, clusters);
    const relay = relays ? await this.#relay() : undefined;
    const keepAlive = (): Promise<void> => {
      relay?.assertAllowed();
      return this.#keepAlive();
    };
    try {
      return await watchMover(transfer, { jobs: { client, server }, startBy }, { ...wait, log, keepAlive });
    } finally {
      relay?.stop();
    }
  }

  #relay(): Promise<PodRelay> {
    const { transfer } = this.#work;
    const end = (role: Role, port: number): PodPort => ({
      namespace: placeOf(transfer, role).namespace,
      port,
      findPod: async () => (await newestPod(transfer, role, this.#ports))?.metadata.name,
    });
    return this.#ports.relay({ source: end('client', relayPorts.carrier), destination: end('server', tunnelPort) });
  }

  #identity(role: Role): Promise<TlsIdentity> {
    return this.#ports.makeIdentity(`${this.#work.transfer.name}-${role}`);
  }

  async #start(role: Role): Promise<StartedJob> {
    const { transfer, image, pullSecrets, sides, plan, checkSpace, endpoint } = this.#work;
    const relays = endpoint.type === 'port-forward';
    const shared = { transfer, image, pullSecrets, root: plan.owners, measures: checkSpace, relays };
    const job = await startJob({ ...shared, role, ...sides[role] }, this.#ports, this.#ports.now);
    this.#jobs.push(job);
    return job;
  }

  async #keepAlive(): Promise<void> {
    const now = this.#ports.now();
    if (now - this.#lastHeartbeat < heartbeatInterval) return;
    this.#lastHeartbeat = now;
    await Promise.all(this.#jobs.map((job) => keepAlive(this.#work.transfer, { job, now }, this.#ports)));
  }
}

/** Files of the Secret of a side, with what its peer shows to it. */
function filesOf(own: TlsIdentity, peer: TlsIdentity, config: string): Readonly<Record<string, string>> {
  return {
    [secretFiles.config]: config,
    [secretFiles.ownKey]: own.key.reveal(),
    [secretFiles.ownCertificate]: own.certificate,
    [secretFiles.peerCertificate]: peer.certificate,
  };
}

/** Free bytes once the pod has measured them; undefined when it could not, or did not start: the caller reports why. */
async function waitForFreeSpace(transfer: Transfer, until: number, ports: WaitPorts): Promise<number | undefined> {
  for (;;) {
    const pod = await newestPod(transfer, 'server', ports);
    const { isKnown, freeBytes } = freeSpaceOf(pod);
    if (isKnown || podTrouble(pod)?.isFinal === true || ports.now() >= until) return freeBytes;
    await ports.keepAlive();
    await ports.pause();
  }
}

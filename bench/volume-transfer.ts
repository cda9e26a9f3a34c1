import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { execa } from 'execa';

import type { MoverPlan } from '../src/domain/schemas/documents.ts';
import { makeIdentity } from '../src/adapters/certificates/make-identity.ts';
import { formatPlan } from '../src/domain/volumes/mover-protocol.ts';
import { transferFolder } from '../src/domain/volumes/rsync/rsync-arguments.ts';
import { clientTunnel, secretFiles, serverEnvironment, serverTunnel } from '../src/domain/volumes/stunnel-config.ts';
import type { CopyOptions } from '../src/domain/volumes/copier/volume-copier.ts';
import { buildTransferImage } from '../test/e2e/volumes/transfer-image.ts';
import { unpackImage } from '../test/builders/image-root.ts';
import { startDelayProxy } from '../test/fakes/delay-proxy.ts';
import { fastestOf, measure, type Measurement } from './measure.ts';
import { Redactor } from '../src/domain/core/secret.ts';

const redactor = new Redactor();

/** What is copied: many small files and a large one. */
export interface VolumeSize {
  readonly files: number;
  readonly largeMebibytes: number;
  readonly runs: number;
  /** Milliseconds. */
  readonly roundTrips: readonly number[];
}

const fullSize: VolumeSize = { files: 20_000, largeMebibytes: 1024, runs: 9, roundTrips: [0, 20] };

export interface VolumeFigures {
  readonly roundTripMilliseconds: number;
  /** rsync alone, with the options that people give it, through the same tunnel and without a proof. */
  readonly plain: Measurement;
  /** Our mover: copy and proof by checksum. */
  readonly ours: Measurement;
  /** Our mover again, after one file of a hundred changed. */
  readonly oursAgain: Measurement;
}

const options: CopyOptions = { checksum: true, delete: true, owners: false, attributes: true };
const plainOptions: CopyOptions = { checksum: false, delete: false, owners: true, attributes: false };
const plan: MoverPlan = {
  ...options,
  checkOnly: false,
  live: false,
  hasCopy: false,
  patienceSeconds: 60,
  endpoint: 'the other root',
};

/**
 * Copies a volume between two roots on this computer, unpacked from the image of the helper pods: with our mover, and
 * with its rsync alone. Pods are left out: they start alike for both.
 */
export async function benchVolumeTransfer(size = fullSize): Promise<readonly VolumeFigures[]> {
  const dir = await mkdtemp(join(tmpdir(), 'bench-volume-'));
  // In memory: how fast a disk writes, and when, is not what is measured.
  await execa('mount', ['-t', 'tmpfs', '-o', 'size=12g', 'bench-volume', dir]);
  try {
    const room = await prepareRoom(dir, size);
    const figures: VolumeFigures[] = [];
    for (const roundTrip of size.roundTrips) figures.push(await measureAt(room, roundTrip, size));
    return figures;
  } finally {
    await execa('umount', [dir]);
    await rm(dir, { recursive: true, force: true });
  }
}

interface Room {
  readonly client: string;
  readonly server: string;
  /** Of the servers' tunnels. */
  readonly ports: Readonly<Record<Contender, number>>;
}

const programs = { PATH: '/usr/local/bin:/usr/bin:/usr/sbin:/bin', HOME: '/tmp' };

/** Each has a tunnel of its own: they differ in the options of the rsync at its end alone. */
type Contender = 'plain' | 'ours';

const configs: Readonly<Record<Contender, string>> = { ours: secretFiles.config, plain: 'plain.conf' };
const plans = { first: secretFiles.plan, again: 'again.json' } as const;

async function measureAt(room: Room, roundTrip: number, { runs, files }: VolumeSize): Promise<VolumeFigures> {
  const run = async (contender: Contender, command: readonly [string, ...string[]]): Promise<Measurement> => {
    // As a transfer has: a tunnel may work differently for later connections.
    const tunnel = await openTunnel(room, contender, roundTrip);
    return checked(command).finally(tunnel.close);
  };
  const plain = async (): Promise<Measurement> => {
    await emptyDestination(room);
    return run('plain', ['chroot', room.client, 'rsync', ...plainArguments()]);
  };
  const ours = async (): Promise<Measurement> => {
    await emptyDestination(room);
    return run('ours', moverCommand(room, 'first'));
  };
  const oursAgain = async (): Promise<Measurement> => {
    await changeSome(room.client, { files, text: `change ${String(performance.now())}` });
    return run('ours', moverCommand(room, 'again'));
  };
  const measured: Record<'plain' | 'ours' | 'oursAgain', Measurement[]> = { plain: [], ours: [], oursAgain: [] };
  // In turns, so that a slow minute of the computer hits all of them.
  for (let turn = 0; turn < runs; turn += 1) {
    measured.plain.push(await plain());
    measured.ours.push(await ours());
    measured.oursAgain.push(await oursAgain());
  }
  return {
    roundTripMilliseconds: roundTrip,
    plain: fastestOf(measured.plain),
    ours: fastestOf(measured.ours),
    oursAgain: fastestOf(measured.oursAgain),
  };
}

async function emptyDestination({ server }: Room): Promise<void> {
  await rm(join(server, 'data'), { recursive: true, force: true });
  await mkdir(join(server, 'data'));
}

function moverCommand({ client }: Room, run: keyof typeof plans): readonly [string, ...string[]] {
  const planFile = `${transferFolder}/${plans[run]}`;
  return ['chroot', client, 'node', '/opt/crane-tasks/crane-tasks.mjs', 'volume-mover', `--plan=${planFile}`];
}

function plainArguments(): readonly string[] {
  const tunnel = `--rsh=/usr/bin/stunnel ${transferFolder}/${configs.plain}`;
  // The short options of the server are fixed, so it learns of the last one in its long form.
  return ['--secluded-args', tunnel, '-aHS', '--remote-option=--sparse', '--', '/data/', 'destination:/data/'];
}

/** Starts the server's end of a tunnel, and leads the client's there. */
async function openTunnel(
  { client, server, ports }: Room,
  contender: Contender,
  roundTrip: number,
): Promise<{ readonly close: () => Promise<void> }> {
  const target = `127.0.0.1:${String(ports[contender])}`;
  const stunnel = spawn('chroot', [server, '/usr/bin/stunnel', `${transferFolder}/${configs[contender]}`], {
    stdio: 'ignore',
    env: { ...programs, ...(contender === 'ours' ? serverEnvironment : {}) },
  });
  const ended = new Promise((resolve) => stunnel.once('exit', resolve));
  const proxy = roundTrip === 0 ? undefined : await startDelayProxy(target, roundTrip);
  const [host = '', port = ''] = (proxy?.host ?? target).split(':');
  await writeFile(join(client, transferFolder, configs[contender]), clientTunnel({ host, port: Number(port) }));
  await untilOpen(ports[contender]);
  return {
    close: async () => {
      stunnel.kill();
      await Promise.all([ended, proxy?.stop()]);
    },
  };
}

async function untilOpen(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const socket = connect({ host: '127.0.0.1', port });
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => {
        resolve(true);
      });
      socket.once('error', () => {
        resolve(false);
      });
    });
    socket.destroy();
    if (isOpen) return;
    await setTimeout(100);
  }
  throw new Error(`nothing listens on port ${String(port)}`);
}

async function checked(command: readonly [string, ...string[]]): Promise<Measurement> {
  const measurement = await measure(command, programs);
  if (measurement.exitCode !== 0) throw new Error(`${command.join(' ')}: exit code ${String(measurement.exitCode)}`);
  return measurement;
}

async function prepareRoom(dir: string, size: VolumeSize): Promise<Room> {
  const [client, server] = [join(dir, 'client'), join(dir, 'server')];
  const layout = (await buildTransferImage()).layout;
  for (const root of [client, server]) {
    await unpackImage(layout, root);
    await cp('/etc/hosts', join(root, 'etc/hosts'));
    await mkdir(join(root, transferFolder), { recursive: true });
    await mkdir(join(root, 'data'));
  }
  const ports = { plain: await freePort(), ours: await freePort() };
  const [own, peer] = [await makeIdentity('client', redactor), await makeIdentity('server', redactor)];
  for (const [root, mine, theirs] of [[client, own, peer] as const, [server, peer, own] as const]) {
    await writeFile(join(root, transferFolder, secretFiles.ownKey), mine.key.reveal(), { mode: 0o600 });
    await writeFile(join(root, transferFolder, secretFiles.ownCertificate), mine.certificate);
    await writeFile(join(root, transferFolder, secretFiles.peerCertificate), theirs.certificate);
  }
  for (const [contender, given] of [['ours', options] as const, ['plain', plainOptions] as const]) {
    const here = `127.0.0.1:${String(ports[contender])}`;
    const config = serverTunnel(given, '0.0.0.0').replace('0.0.0.0:8443', here);
    await writeFile(join(server, transferFolder, configs[contender]), config);
  }
  await writeFile(join(client, transferFolder, plans.first), formatPlan(plan));
  await writeFile(join(client, transferFolder, plans.again), formatPlan({ ...plan, hasCopy: true }));
  await fill(join(client, 'data'), size);
  return { client, server, ports };
}

async function fill(folder: string, { files, largeMebibytes }: VolumeSize): Promise<void> {
  for (let index = 0; index < files; index += 1) {
    const place = fileAt(folder, index);
    if (index % 100 === 0) await mkdir(join(place, '..'), { recursive: true });
    await writeFile(place, `file ${String(index)}\n`.repeat(100));
  }
  await execa('dd', ['if=/dev/urandom', `of=${join(folder, 'large')}`, 'bs=1M', `count=${String(largeMebibytes)}`]);
}

async function changeSome(
  root: string,
  { files, text }: { readonly files: number; readonly text: string },
): Promise<void> {
  for (let index = 0; index < files; index += 100) await writeFile(fileAt(join(root, 'data'), index), `${text}\n`);
}

function fileAt(folder: string, index: number): string {
  return join(folder, String(Math.floor(index / 100)), `file-${String(index)}`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

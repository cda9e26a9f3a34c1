import { spawn, type ChildProcess } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';

import { makeIdentity } from '../src/adapters/volumes/make-identity.ts';
import { formatPlan } from '../src/domain/volumes/mover-protocol.ts';
import { transferFolder, type CopyOptions } from '../src/domain/volumes/rsync-arguments.ts';
import { clientTunnel, secretFiles, serverTunnel } from '../src/domain/volumes/stunnel-config.ts';
import { buildTransferImage } from '../test/e2e/volumes/transfer-image.ts';
import { startDelayProxy } from '../test/fakes/delay-proxy.ts';
import { measure, median, type Measurement } from './measure.ts';

/** What is copied: many small files and a large one. */
export interface VolumeSize {
  readonly files: number;
  readonly largeMebibytes: number;
  readonly runs: number;
}

const fullSize: VolumeSize = { files: 20_000, largeMebibytes: 1024, runs: 3 };

export interface VolumeFigures {
  readonly roundTripMilliseconds: number;
  /** Our mover: copy and proof by checksum. */
  readonly ours: Measurement;
  /** The same rsync through the same tunnel, without a proof. */
  readonly plain: Measurement;
  /** Our mover again, after one file of a hundred changed. */
  readonly oursAgain: Measurement;
}

const options: CopyOptions = { checksum: true, delete: true, owners: false, attributes: true };
const plan = {
  ...options,
  checkOnly: false,
  live: false,
  patienceSeconds: 60,
  endpoint: 'the other root',
  freeBytes: undefined,
};

/**
 * Copies a volume between two roots on this computer, unpacked from the image of the helper pods: with our mover, and
 * with its rsync alone. Pods are left out: they start alike for both.
 */
export async function benchVolumeTransfer(size = fullSize): Promise<readonly VolumeFigures[]> {
  const dir = await mkdtemp(join(tmpdir(), 'bench-volume-'));
  try {
    const room = await prepareRoom(dir, size);
    const figures: VolumeFigures[] = [];
    for (const roundTrip of [0, 20]) figures.push(await measureAt(room, roundTrip, size));
    return figures;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

interface Room {
  readonly client: string;
  readonly server: string;
  /** Of the server's tunnel. */
  readonly port: number;
}

async function measureAt(room: Room, roundTrip: number, { runs, files }: VolumeSize): Promise<VolumeFigures> {
  const server = startServer(room);
  const target = `127.0.0.1:${String(room.port)}`;
  const proxy = roundTrip === 0 ? undefined : await startDelayProxy(target, roundTrip);
  try {
    const [host = '', port = ''] = (proxy?.host ?? target).split(':');
    const config = clientTunnel({ host, port: Number(port) });
    await writeFile(join(room.client, transferFolder, secretFiles.config), config);
    const moverFile = '/opt/crane-tasks/crane-tasks.mjs';
    const ours = (): Promise<Measurement> =>
      checked(['chroot', room.client, 'node', moverFile, 'volume-mover', `--plan=${transferFolder}/mover.json`]);
    const plain = (): Promise<Measurement> => checked(['chroot', room.client, 'rsync', ...plainArguments()]);
    const first = async (copy: () => Promise<Measurement>): Promise<Measurement> => {
      await rm(join(room.server, 'data'), { recursive: true, force: true });
      await mkdir(join(room.server, 'data'));
      return copy();
    };
    const plainFigure = await median(runs, () => first(plain));
    const oursFigure = await median(runs, () => first(ours));
    let change = 0;
    const oursAgain = await median(runs, async () => {
      change += 1;
      await changeSome(room.client, { files, text: `change ${String(roundTrip)} ${String(change)}` });
      return ours();
    });
    return { roundTripMilliseconds: roundTrip, ours: oursFigure, plain: plainFigure, oursAgain };
  } finally {
    server.kill();
    await proxy?.stop();
  }
}

/** What the mover's copying rsync is given, less what only the mover reads. */
function plainArguments(): readonly string[] {
  const letters = ['--recursive', '--links', '--hard-links', '--perms', '--times', '--sparse', '--specials'];
  const tunnel = `--rsh=/usr/bin/stunnel ${transferFolder}/${secretFiles.config}`;
  return ['--secluded-args', tunnel, ...letters, '--acls', '--xattrs', '--', '/data/', 'destination:/data/'];
}

async function checked(command: readonly [string, ...string[]]): Promise<Measurement> {
  const measurement = await measure(command, { PATH: '/usr/local/bin:/usr/bin:/usr/sbin:/bin', HOME: '/tmp' });
  if (measurement.exitCode !== 0) throw new Error(`${command.join(' ')}: exit code ${String(measurement.exitCode)}`);
  return measurement;
}

function startServer({ server }: Room): ChildProcess {
  return spawn('chroot', [server, '/usr/bin/stunnel', `${transferFolder}/${secretFiles.config}`], { stdio: 'ignore' });
}

async function prepareRoom(dir: string, size: VolumeSize): Promise<Room> {
  const [client, server] = [join(dir, 'client'), join(dir, 'server')];
  const layout = (await buildTransferImage()).layout;
  await execa('skopeo', ['copy', '--quiet', `oci:${layout}`, `dir:${join(dir, 'image')}`]);
  for (const root of [client, server]) {
    await unpack(join(dir, 'image'), root);
    await mkdir(join(root, transferFolder), { recursive: true });
    await mkdir(join(root, 'data'));
    await mkdir(join(root, 'dev'), { recursive: true });
    await execa('mknod', ['-m', '666', join(root, 'dev/null'), 'c', '1', '3']);
    await execa('mknod', ['-m', '666', join(root, 'dev/urandom'), 'c', '1', '9']);
  }
  const port = await freePort();
  const [own, peer] = [await makeIdentity('client'), await makeIdentity('server')];
  for (const [root, mine, theirs] of [[client, own, peer] as const, [server, peer, own] as const]) {
    await writeFile(join(root, transferFolder, secretFiles.ownKey), mine.key.reveal(), { mode: 0o600 });
    await writeFile(join(root, transferFolder, secretFiles.ownCertificate), mine.certificate);
    await writeFile(join(root, transferFolder, secretFiles.peerCertificate), theirs.certificate);
  }
  const config = serverTunnel(options, 'IPv4').replace('0.0.0.0:8443', `127.0.0.1:${String(port)}`);
  await writeFile(join(server, transferFolder, secretFiles.config), config);
  await writeFile(join(client, transferFolder, secretFiles.plan), formatPlan({ ...plan, hasCopy: false }));
  await fill(join(client, 'data'), size);
  return { client, server, port };
}

async function unpack(image: string, root: string): Promise<void> {
  await mkdir(root);
  const manifest: unknown = JSON.parse(await readFile(join(image, 'manifest.json'), 'utf8'));
  const [, layers = ''] = /"layers":(\[.*\])/.exec(JSON.stringify(manifest)) ?? [];
  for (const [, digest = ''] of layers.matchAll(/"sha256:([0-9a-f]{64})"/g)) {
    await execa('tar', ['--extract', '--file', join(image, digest), '--directory', root]);
  }
  await cp('/etc/hosts', join(root, 'etc/hosts'));
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

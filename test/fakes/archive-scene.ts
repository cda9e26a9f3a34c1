import { silentLog } from './silent-log.ts';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { execa } from 'execa';

import { createImageArchives } from '../../src/adapters/archives/image-archives.ts';
import { connectRegistry } from '../../src/adapters/registry/connect-registry.ts';
import { joinLogins } from '../../src/adapters/registry/logins.ts';
import { createRegistry } from '../../src/adapters/registry/registry.ts';
import type { PinnedImage } from '../../src/domain/oci/image-location.ts';
import type { Registry } from '../../src/domain/oci/registry.ts';
import type { PushArchivePorts, WriteArchivePorts } from '../../src/usecases/images/archive/ports.ts';
import {
  pushImageArchive,
  type PushedImage,
  type PushTarget,
} from '../../src/usecases/images/archive/push-image-archive.ts';
import { readImageArchive } from '../../src/usecases/images/archive/read-image-archive.ts';
import { startRegistry, type Registry as RegistryProgram } from '../../testbed/clusters/registry.ts';
import { startFaultProxy, type FaultProxy, type FaultProxyOptions } from './fault-proxy.ts';
import { pushImage, type BuiltImage } from './oci-images.ts';

/** A registry on loopback, and everything that image archives need. */
export interface ArchiveScene {
  readonly registry: RegistryProgram;
  readonly folder: string;
  readonly ports: WriteArchivePorts & PushArchivePorts;
  /** Bytes done, as the last archive that was written or pushed reported them one after the other. */
  readonly progress: number[];
  /** Puts an image into the registry; `name` is `path:tag`. */
  put(name: string, image: BuiltImage): Promise<PinnedImage>;
  /** A proxy before the registry that breaks what it is told to. */
  front(decide: FaultProxyOptions['decide']): Promise<FaultProxy>;
  /** `skopeo copy` in the folder, with plain HTTP. */
  skopeo(...args: readonly string[]): Promise<void>;
  /** Reads an archive of the folder and pushes images of it. */
  push(file: string, targets: readonly PushTarget[]): Promise<readonly PushedImage[]>;
  /** A new folder that has these files, in a tar below the scene's folder. */
  tar(name: string, files: Readonly<Record<string, string | Buffer>>): Promise<string>;
  stop(): Promise<void>;
}

export async function startArchiveScene(): Promise<ArchiveScene> {
  const folder = await mkdtemp(path.join(tmpdir(), 'archive-scene-'));
  const registry = await startRegistry({ dir: path.join(folder, 'registry') });
  const signal = new AbortController().signal;
  const fronts: FaultProxy[] = [];
  const progress: number[] = [];
  const ports = {
    archives: createImageArchives({ temporaryFolder: folder, signal }),
    source: openRegistry,
    destination: openRegistry,
    log: silent,
    signal,
    progress: (done: number) => void progress.push(done),
    pause: () => Promise.resolve(),
  };
  return {
    registry,
    folder,
    ports,
    progress,
    async put(name, image) {
      await pushImage(registry.host, name, image);
      return { host: registry.host, path: name.split(':')[0] ?? '', digest: image.digest };
    },
    async front(decide) {
      const front = await startFaultProxy({ target: registry.host, ...(decide && { decide }) });
      fronts.push(front);
      return front;
    },
    async skopeo(...args) {
      const tls = ['--src-tls-verify=false', '--dest-tls-verify=false'];
      await execa('skopeo', ['--insecure-policy', 'copy', '--quiet', ...tls, ...args], { cwd: folder });
    },
    async push(file, targets) {
      const content = await readImageArchive(path.join(folder, file), ports);
      progress.length = 0;
      try {
        return await pushImageArchive(content, targets, ports);
      } finally {
        await content.close();
      }
    },
    async tar(name, files) {
      const content = await mkdtemp(path.join(folder, 'content-'));
      for (const [file, bytes] of Object.entries(files)) {
        await mkdir(path.dirname(path.join(content, file)), { recursive: true });
        await writeFile(path.join(content, file), bytes);
      }
      const archive = path.join(folder, name);
      await execa('tar', ['-cf', archive, ...(await readdir(content))], { cwd: content });
      return archive;
    },
    async stop() {
      await Promise.all(fronts.map((front) => front.stop()));
      await registry.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** `sha256:<hex>` of bytes. */
export function sha256(bytes: string | Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** The files of an image layout for these blobs. */
export function layoutFiles(
  blobs: readonly { readonly digest: string; readonly bytes: Buffer }[],
): Record<string, Buffer> {
  return Object.fromEntries(blobs.map(({ digest, bytes }) => [`blobs/${digest.replace(':', '/')}`, bytes]));
}

const silent = silentLog();

function openRegistry(host: string): Registry {
  const signal = new AbortController().signal;
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
  const logins = joinLogins(new Map(), undefined);
  const options = { host, verifyTls: false, caBundle: '', logins, environment: {}, log: silent, signal, pause };
  return createRegistry({ host, access: 'pull,push', connect: () => connectRegistry(options) });
}

import { createHash } from 'node:crypto';

import { sha256Of } from '../../src/adapters/files/digest.ts';
import { tagFilters } from '../../src/adapters/tags/tag-filters.ts';
import type { Log } from '../../src/domain/core/ports.ts';
import type { Copier } from '../../src/domain/images/copy/copier.ts';
import type { CreatedProject, LoginScheme, Manifest, Registry, UploadedBlob } from '../../src/domain/oci/registry.ts';
import type { SyncPorts } from '../../src/usecases/images/copy/ports.ts';
import { destinationName, type CopyJob } from '../../src/domain/images/copy/copy-job.ts';
import type { Descriptor } from '../../src/domain/oci/manifest.ts';
import type { Referrer } from '../../src/domain/oci/referrers.ts';
import { SyncFailure } from '../../src/domain/oci/failure.ts';
import { Redactor } from '../../src/domain/core/secret.ts';

const imageType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';

/** An image manifest whose blobs have these sizes; the names make their digests. */
export function memoryImage(blobs: Readonly<Record<string, number>>): Manifest {
  const layers = Object.entries(blobs).map(([name, size]) => ({ digest: digestOf(name), size }));
  const config = { digest: digestOf(`config of ${JSON.stringify(blobs)}`), size: 1 };
  return memoryManifest({ config, layers }, imageType);
}

/** An index of these images. */
export function memoryIndex(images: readonly Manifest[]): Manifest {
  return memoryManifest({ manifests: images.map(({ digest, bytes }) => ({ digest, size: bytes.length })) }, indexType);
}

function memoryManifest(value: object, mediaType: string): Manifest {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  return { digest: digestOf(bytes), mediaType, bytes };
}

function digestOf(content: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** A registry in memory: `path:tag` and `path@digest` to manifests. */
export class MemoryRegistry implements Registry {
  readonly content = new Map<string, Manifest>();
  readonly mounts: string[] = [];

  put(path: string, tag: string, manifest: Manifest): void {
    this.content.set(`${path}:${tag}`, manifest);
    this.content.set(`${path}@${manifest.digest}`, manifest);
  }

  head(path: string, reference: string): Promise<Manifest | undefined> {
    return this.read(path, reference);
  }

  read(path: string, reference: string): Promise<Manifest | undefined> {
    return Promise.resolve(this.content.get(`${path}${reference.includes(':') ? '@' : ':'}${reference}`));
  }

  tag(path: string, tag: string, manifest: Manifest): Promise<void> {
    this.put(path, tag, manifest);
    return Promise.resolve();
  }

  mount(path: string, { digest, path: from }: { digest: string; path: string }): Promise<boolean> {
    this.mounts.push(`${from}@${digest} to ${path}`);
    return Promise.resolve(true);
  }

  /** Blobs by `path@digest`; manifests of this fake need none to be there. */
  readonly blobs = new Map<string, Uint8Array>();
  /** What its referrers API answers, by `path@digest`; undefined for a registry without that API. */
  referrersApi: Map<string, readonly Referrer[]> | undefined;

  referrers(path: string, digest: string): Promise<readonly Referrer[] | undefined> {
    return Promise.resolve(this.referrersApi && (this.referrersApi.get(`${path}@${digest}`) ?? []));
  }

  hasBlob(path: string, digest: string): Promise<boolean> {
    return Promise.resolve(this.blobs.has(`${path}@${digest}`));
  }

  async *readBlob(path: string, { digest }: Descriptor): AsyncGenerator<Uint8Array> {
    const bytes = this.blobs.get(`${path}@${digest}`);
    if (bytes === undefined) throw new SyncFailure('not-found', `reading ${path}@${digest}`);
    yield await Promise.resolve(bytes);
  }

  async writeBlob(path: string, { digest }: UploadedBlob, content: AsyncIterable<Uint8Array>): Promise<void> {
    const pieces: Uint8Array[] = [];
    for await (const piece of content) pieces.push(piece);
    this.blobs.set(`${path}@${digest}`, Buffer.concat(pieces));
  }

  delete(path: string, digest: string): Promise<boolean> {
    const found = [...this.content].filter(
      ([key, manifest]) => /^[@:]/.test(key.slice(path.length)) && key.startsWith(path) && manifest.digest === digest,
    );
    for (const [key] of found) this.content.delete(key);
    return Promise.resolve(found.length > 0);
  }

  createProject(): Promise<CreatedProject> {
    return Promise.resolve('unsupported');
  }

  loginScheme(): Promise<LoginScheme> {
    return Promise.resolve('none');
  }

  listTags(path: string): Promise<readonly string[]> {
    const tags = [...this.content.keys()]
      .filter((key) => key.startsWith(`${path}:`))
      .map((key) => key.slice(path.length + 1));
    return tags.length > 0 || this.content.has(path)
      ? Promise.resolve(tags)
      : Promise.reject(new SyncFailure('not-found', `listing ${path}`));
  }
}

/** Two registries in memory, a copier between them, and a record of what it was asked for. */
/** A registry with manifests by `path:tag`. */
export function memoryRegistry(content: Readonly<Record<string, Manifest>>): Registry {
  const registry = new MemoryRegistry();
  for (const [name, manifest] of Object.entries(content)) {
    const [path = '', tag = ''] = name.split(':');
    registry.put(path, tag, manifest);
  }
  return registry;
}

export interface MemoryPorts extends SyncPorts {
  readonly from: MemoryRegistry;
  readonly to: MemoryRegistry;
  readonly copied: string[];
  readonly warnings: string[];
  /** Texts of plans that were kept. */
  readonly kept: string[];
  readonly pauses: number[];
  readonly controller: AbortController;
}

export interface MemoryOptions {
  /** Runs before each copy; throws what the copy shall fail with. */
  readonly beforeCopy?: (job: CopyJob, attempt: number) => void | Promise<void>;
  readonly renewLogin?: Copier['renewLogin'];
}

export function memoryPorts({ beforeCopy, renewLogin }: MemoryOptions = {}): MemoryPorts {
  const [from, to, controller] = [new MemoryRegistry(), new MemoryRegistry(), new AbortController()];
  const [copied, warnings, kept, pauses]: [string[], string[], string[], number[]] = [[], [], [], []];
  const attempts = new Map<string, number>();
  const ignore = (): void => undefined;
  const log: Log = {
    redactor: new Redactor(),
    debug: ignore,
    info: ignore,
    progress: ignore,
    item: ({ outcome }, text = '') => (outcome === 'failed' ? void warnings.push(text) : undefined),
    warn: (message) => warnings.push(message),
  };
  async function copy(job: CopyJob, tag: string): Promise<void> {
    const name = destinationName(job, tag);
    const attempt = (attempts.get(name) ?? 0) + 1;
    attempts.set(name, attempt);
    copied.push(name);
    await beforeCopy?.(job, attempt);
    copyBelow(job, job.digest, { from, to });
    const manifest = await from.read(job.source.path, job.digest);
    if (manifest === undefined) throw new SyncFailure('not-found', 'manifest unknown');
    to.put(job.destination.path, tag, manifest);
  }
  return {
    source: () => from,
    destination: () => to,
    copier: { copy, renewLogin: renewLogin ?? (() => Promise.resolve(false)) },
    tagFilters: () => Promise.resolve(tagFilters),
    keepPlan: (_name, text) => {
      kept.push(text);
      return Promise.resolve();
    },
    pause: (milliseconds) => {
      pauses.push(milliseconds);
      return Promise.resolve();
    },
    ...{ log, signal: controller.signal, now: () => 0, random: () => 0, digestOf: sha256Of },
    ...{ from, to, copied, warnings, kept, pauses, controller },
  };
}

function copyBelow(job: CopyJob, digest: string, { from, to }: { from: MemoryRegistry; to: MemoryRegistry }): void {
  const manifest = from.content.get(`${job.source.path}@${digest}`);
  if (manifest === undefined) return;
  to.content.set(`${job.destination.path}@${digest}`, manifest);
  const { manifests = [] } = JSON.parse(new TextDecoder().decode(manifest.bytes)) as {
    manifests?: { digest: string }[];
  };
  for (const child of manifests) copyBelow(job, child.digest, { from, to });
}

/** A job from `shop/web` to `new/web`, unless other paths are given. */
export function memoryJob(manifest: Manifest, tags: readonly string[] = ['1'], name = 'web'): CopyJob {
  return {
    source: { host: 'a.example', path: `shop/${name}` },
    destination: { host: 'b.example', path: `new/${name}` },
    digest: manifest.digest,
    tags,
  };
}

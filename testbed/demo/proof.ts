import { setTimeout as sleep } from 'node:timers/promises';

import { probeShop, formatProbe, type ShopProbe } from '../shop/probe.ts';
import { expectedImages } from '../shop/record.ts';
import { destinationNamespace, type MoveNames } from './accounts.ts';
import type { Kubectl } from './kubectl.ts';
import { registryDigests } from './registry-digests.ts';

/** One image as both registries tell it. */
export interface ImageProof {
  readonly image: string;
  readonly source: string;
  readonly destination: string;
}

/** What is the same on both clusters after a move, asked of the clusters themselves. */
export interface Proof {
  readonly source: ShopProbe;
  readonly destination: ShopProbe;
  readonly images: readonly ImageProof[];
  /** Empty when all is as it should be. */
  readonly differences: readonly string[];
}

const readySeconds = 240;

/** Waits until the moved application answers, then compares answers and digests. */
export async function proveMove(source: Kubectl, destination: Kubectl, names: MoveNames): Promise<Proof> {
  const [atSource, atDestination] = await Promise.all([
    healthyProbe('source', names),
    healthyProbe('destination', names),
  ]);
  const wanted = (await expectedImages()).filter(({ class: kind }) => kind === 'pushed' || kind === 'built-in-cluster');
  const images = wanted.map(({ stream, tag, digest }) =>
    tag === undefined ? `${stream}@${digest}` : `${stream}:${tag}`,
  );
  const [first, second] = await Promise.all([
    registryDigests(source, images, names),
    registryDigests(destination, images, { ...names, application: destinationNamespace(names) }),
  ]);
  const proofs = images.map((image) => ({
    image,
    source: first.get(image) ?? '',
    destination: second.get(image) ?? '',
  }));
  return {
    source: atSource,
    destination: atDestination,
    images: proofs,
    differences: compare(atSource, atDestination, proofs),
  };
}

/** The proof as people read it. */
export function formatProof({ source, destination, images, differences }: Proof): string {
  const rows = images.map(
    ({ image, source: digest, destination: other }) =>
      `  ${image.slice(0, 32).padEnd(32)}  ${digest.slice(0, 19)}  ${digest === other ? 'same' : `differs: ${other}`}`,
  );
  const verdict = differences.length === 0 ? ['The same on both clusters.'] : differences;
  return [
    formatProbe(source),
    formatProbe(destination),
    'image digests, source and destination',
    ...rows,
    '',
    ...verdict,
  ].join('\n');
}

async function healthyProbe(context: 'source' | 'destination', names: MoveNames): Promise<ShopProbe> {
  const deadline = Date.now() + readySeconds * 1000;
  for (;;) {
    const probe = await probeShop(context, namespaceOn(context, names)).catch((error: unknown) => {
      if (Date.now() > deadline) throw error;
      return undefined;
    });
    if (probe !== undefined && (probe.isHealthy || Date.now() > deadline)) return probe;
    await sleep(1000);
  }
}

function namespaceOn(context: 'source' | 'destination', names: MoveNames): string {
  return context === 'source' ? names.application : destinationNamespace(names);
}

function compare(source: ShopProbe, destination: ShopProbe, images: readonly ImageProof[]): readonly string[] {
  const differences: string[] = [];
  for (const probe of [source, destination]) {
    if (!probe.isHealthy) differences.push(`the application on ${probe.context} is not healthy`);
  }
  if (JSON.stringify(source.pages) !== JSON.stringify(destination.pages)) differences.push('the HTTP answers differ');
  for (const { image, source: digest, destination: other } of images) {
    if (digest !== other || !digest.startsWith('sha256:'))
      differences.push(`${image}: ${digest} at the source, ${other} at the destination`);
  }
  return differences;
}

import { areaOf } from '../../domain/containerize/area-of.ts';
import { readBaseConfig } from '../../domain/containerize/base-config.ts';
import type { InconsistentFile } from '../../domain/containerize/changed-entries.ts';
import type { FileEntry, ReadNote } from '../../domain/containerize/file-entry.ts';
import { buildImage, type ImageDocuments } from '../../domain/containerize/image-config.ts';
import { fixedTime, type WrittenLayer } from '../../domain/containerize/layer-writer.ts';
import { readImageUser, type OwnerRule } from '../../domain/containerize/layer-owner.ts';
import type { FoundPackage } from '../../domain/containerize/packages.ts';
import { findOwnerOnly, neededPaths } from '../../domain/containerize/owner-only.ts';
import { addFolders } from '../../domain/containerize/made-folders.ts';
import type { ContainerizePlan } from '../../domain/containerize/plan.ts';
import type { ReferringDocument } from '../../domain/oci/referrer-artifact.ts';
import type { ScanOutcome } from '../../domain/scan/collect-findings.ts';
import type { NamespaceSecret } from '../../domain/scan/secret-values.ts';
import type { SourceImage } from '../images/archive/read-source-image.ts';
import { buildLayers, type BuiltLayers } from './build-layers.ts';
import type { Capture } from './capture-areas.ts';
import { findPackages } from './find-packages.ts';
import type { ContainerizePorts, ContainerizeRequest } from './ports.ts';
import { createScanTap } from './scan-tap.ts';

/** A runtime allows 127 layers. */
const mostLayers = { own: 60, all: 127 };
/** The container may have had a volume there, and its image nothing. */
const sharedFolders = ['/tmp'];

export interface ImageInput {
  readonly request: ContainerizeRequest;
  readonly plan: ContainerizePlan;
  readonly base: SourceImage;
  readonly exportId: string;
  readonly secrets: readonly NamespaceSecret[];
  readonly capture: Capture;
  /** Makes the documents about the image. */
  readonly describe: (image: {
    readonly digest: string;
    readonly packages: readonly FoundPackage[];
  }) => readonly ReferringDocument[];
  /** Text of /etc/passwd in the container; empty where it cannot be read. */
  readonly passwd: string;
}

/** An image that was built and not pushed. */
export interface MadeImage {
  readonly layers: readonly WrittenLayer[];
  readonly documents: ImageDocuments;
  readonly packages: readonly FoundPackage[];
  readonly described: readonly ReferringDocument[];
  readonly scan: ScanOutcome;
  readonly inconsistent: readonly InconsistentFile[];
  readonly refused: readonly string[];
  readonly ownerOnly: readonly string[];
  readonly notes: readonly ReadNote[];
  readonly close: () => Promise<void>;
}

/**
 * Writes the layers and the documents of an image, and scans them for secrets.
 * @throws what buildLayers throws
 */
export async function makeImage(input: ImageInput, ports: ContainerizePorts): Promise<MadeImage> {
  const scanner = await ports.openScanner(input.secrets);
  const owners = ownersOf(input);
  try {
    const built = await writeLayers({ ...input, owners }, scanner, ports);
    try {
      const entries = built.layers.flatMap((layer) => layer.plan.entries.map(({ entry }) => entry));
      const documents = describeImage(input, { layers: built.layers, entries }, ports);
      const packages = await findPackages(entries, input.capture.files);
      const described = input.describe({ digest: documents.manifest.digest, packages });
      for (const { place, text, isBase } of documents.texts) scanner.text(place, text, isBase ? 'base' : 'ours');
      for (const { file, text } of described) scanner.text(file, text, 'ours');
      return {
        ...built,
        ownerOnly: findOwnerOnly(entries, { plan: input.plan, owners }),
        notes: input.capture.notes(),
        documents,
        packages,
        described,
        scan: scanner.finish(),
        close: built.close,
      };
    } catch (error) {
      await built.close();
      throw error;
    }
  } finally {
    await scanner.close();
  }
}

function writeLayers(
  { request, plan, base, capture, owners }: ImageInput & { readonly owners: OwnerRule },
  scanner: Parameters<typeof createScanTap>[0],
  ports: ContainerizePorts,
): Promise<BuiltLayers> {
  const included = plan.areas.filter((area) => area.included);
  const tap = createScanTap(scanner, (path) => areaOf(path, included)?.kind ?? 'changed');
  const { log, signal, push, layers: writer } = ports;
  const needed = { homes: plan.homes, shared: sharedFolders };
  return buildLayers(
    {
      list: async () =>
        addFolders(await capture.list(), needed, {
          found: await capture.at([...plan.homes, ...sharedFolders]),
          owners,
        }),
      split: { mostLayers: Math.min(mostLayers.own, mostLayers.all - base.layers.length) },
      layer: {
        owners,
        time: request.fileTimes === 'fixed' ? fixedTime : 'kept',
        tap,
      },
      tries: request.retries + 1,
    },
    { reader: capture.files, writer, log, signal, progress: push.progress },
  );
}

function ownersOf({ request, plan, base, passwd }: ImageInput): OwnerRule {
  const { owner, start } = plan;
  const image = readImageUser(start.user ?? readBaseConfig(base.configBytes).user, passwd);
  return {
    runningUid: owner.runningUid,
    runningGid: undefined,
    volumeGid: owner.volumeGid,
    imageUid: image?.uid,
    imageGid: image?.gid,
    groupRights: owner.groupRights,
    ...(request.othersRights ? { othersPaths: neededPaths(plan) } : {}),
  };
}

function describeImage(
  { plan, base, exportId }: ImageInput,
  { layers, entries }: { readonly layers: readonly WrittenLayer[]; readonly entries: readonly FileEntry[] },
  { sha256 }: ContainerizePorts,
): ImageDocuments {
  const names = { exportId, title: plan.workload.name, source: undefined, revision: undefined };
  const paths = entries.filter(({ isMade }) => isMade !== true).map(({ path }) => path);
  const onTop = layers.map(({ digest, size, diffId, plan: { area, part } }) => ({
    digest,
    size,
    diffId,
    title: `${area}, part ${String(part)}`,
  }));
  return buildImage(base, plan, { names, created: undefined, paths, sha256, layers: onTop });
}

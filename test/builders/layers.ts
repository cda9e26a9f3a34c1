import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

import { createLayerWriter } from '../../src/adapters/archives/write-layer.ts';
import type { OwnerRule } from '../../src/domain/containerize/layer-owner.ts';
import { fixedTime, type LayerOptions } from '../../src/domain/containerize/layer-writer.ts';
import { Redactor } from '../../src/domain/core/secret.ts';
import { buildLayers, type BuildLayersInput, type BuiltLayers } from '../../src/usecases/containerize/build-layers.ts';
import type { LocalReader } from '../fakes/local-reader.ts';

/** Nothing is mapped. */
const sameOwners: OwnerRule = {
  runningUid: undefined,
  runningGid: undefined,
  imageUid: undefined,
  imageGid: undefined,
  groupRights: false,
};

export const layerOptions: LayerOptions = { owners: sameOwners, time: fixedTime, tap: undefined };

export const quietLog = {
  redactor: new Redactor(),
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  progress: () => undefined,
  item: () => undefined,
};

/** Builds the layers of paths that a reader has, with one area of that name. */
export async function buildLocalLayers(
  reader: LocalReader,
  scratch: string,
  { paths, ...changes }: Partial<BuildLayersInput> & { readonly paths: readonly string[] },
): Promise<BuiltLayers> {
  const { signal } = new AbortController();
  const list: BuildLayersInput['list'] = async () => {
    const entries = await reader.list(...paths);
    return { areas: [{ area: 'library', entries }], above: [], removed: [], opaque: [] };
  };
  return buildLayers(
    { list, split: { mostLayers: 60 }, layer: layerOptions, tries: 3, ...changes },
    { reader, writer: createLayerWriter({ scratch, signal }), log: quietLog, signal, progress: () => undefined },
  );
}

/** Writes the compressed form of a layer to a file. */
export async function saveLayer(
  { read }: { readonly read: () => AsyncIterable<Uint8Array> },
  file: string,
): Promise<void> {
  await pipeline(read, createWriteStream(file));
}

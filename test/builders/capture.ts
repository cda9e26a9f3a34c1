import { createLayerWriter } from '../../src/adapters/archives/write-layer.ts';
import { openPodFiles } from '../../src/adapters/container-files/open-files.ts';
import type { ContentTap } from '../../src/domain/containerize/layer-writer.ts';
import type { RunCommand } from '../../src/domain/containerize/running-command.ts';
import { buildLayers } from '../../src/usecases/containerize/build-layers.ts';
import { layerOptions, quietLog } from './layers.ts';

interface Capture {
  /** Runs commands where the folder is. */
  readonly run: RunCommand;
  readonly folder: string;
  /** Where the layers are while they are there. */
  readonly scratch: string;
  readonly tries?: number;
  readonly tap?: ContentTap | undefined;
}

/** Builds the layers of a folder of a container, and gives their digests. */
export async function captureFolder({ run, folder, scratch, tries = 1, tap }: Capture): Promise<readonly string[]> {
  const { signal } = new AbortController();
  const reader = await openPodFiles({ run, name: 'the pod' });
  if (reader.warnings.length > 0) throw new Error(reader.warnings.join('; '));
  const list = async () => {
    const { entries } = await reader.list([folder]);
    return { areas: [{ area: 'library', entries }], above: [], removed: [], opaque: [] };
  };
  const built = await buildLayers(
    { list, split: { mostLayers: 60 }, layer: { ...layerOptions, tap }, tries },
    { reader, writer: createLayerWriter({ scratch, signal }), log: quietLog, signal, progress: () => undefined },
  );
  const digests = built.layers.map(({ digest }) => digest);
  await built.close();
  return digests;
}

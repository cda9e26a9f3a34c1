import { findInconsistent, isSamePlan, type InconsistentFile } from '../../domain/containerize/changed-entries.ts';
import type { FileEntry, FileReader } from '../../domain/containerize/file-entry.ts';
import { entriesToRead, type LayerPlan } from '../../domain/containerize/layer-plan.ts';
import type { ContentTap, LayerOptions, LayerWriter, WrittenLayer } from '../../domain/containerize/layer-writer.ts';
import { splitLayers, type SplitInput, type SplitOptions } from '../../domain/containerize/split-layers.ts';
import { messageOf, TaskError } from '../../domain/core/errors.ts';
import type { Log } from '../../domain/core/ports.ts';
import { mapConcurrently } from '../map-concurrently.ts';

export interface BuildLayersPorts {
  readonly reader: Pick<FileReader, 'read'>;
  readonly writer: LayerWriter;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Called with the bytes of contents that are in layers and those of all. */
  readonly progress: (done: number, total: number) => void;
}

export interface BuildLayersInput {
  /** Lists the files for the image; called again after the layers were written. */
  readonly list: () => Promise<SplitInput>;
  readonly split: SplitOptions;
  readonly layer: LayerOptions;
  /** How often files that changed meanwhile are read, at most; and a layer whose stream ended early. From 1. */
  readonly tries: number;
}

export interface BuiltLayers {
  /** Lowest first. */
  readonly layers: readonly WrittenLayer[];
  readonly layerBytes: number;
  /** Paths that no layer can have. */
  readonly refused: readonly string[];
  /** Files that changed each time, sorted by path. The caller decides whether the image may have them. */
  readonly inconsistent: readonly InconsistentFile[];
  /** Frees what the layers take. */
  readonly close: () => Promise<void>;
}

/** Compression takes a processor each. */
const layersAtOnce = 2;

/**
 * Writes the layers of an image, lists the files again, and writes those layers again whose files changed.
 * @throws TaskError `incomplete`, `disk-full`, `io-broke`; what the reader throws. No layer is left then.
 */
export async function buildLayers(input: BuildLayersInput, ports: BuildLayersPorts): Promise<BuiltLayers> {
  const written = new Set<WrittenLayer>();
  const close = async (): Promise<void> => {
    for (const layer of written) await layer.close();
    written.clear();
  };
  try {
    const found = await buildUntilSame(input, ports, written);
    return { ...found, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function buildUntilSame(
  input: BuildLayersInput,
  ports: BuildLayersPorts,
  written: Set<WrittenLayer>,
): Promise<Omit<BuiltLayers, 'close'>> {
  const split = splitLayers(await input.list(), input.split);
  const { layerBytes } = split;
  let plans = split.layers;
  for (let tries = 1; ; tries += 1) {
    const layers = await writeMissing(plans, { input, ports, written });
    const listed = await input.list();
    const again = splitLayers(listed, { mostLayers: input.split.mostLayers, layerBytes });
    const changed = again.layers.filter((plan) => findWritten(plan, written) === undefined).length;
    const isSame = changed === 0 && again.layers.length === layers.length;
    if (isSame || tries >= input.tries) {
      const now = byPath(listed);
      return {
        layers,
        layerBytes,
        refused: again.refused,
        inconsistent: layers.flatMap((layer) => findInconsistent(layer, now)),
      };
    }
    ports.log.info(
      `files changed while they were read: writing ${String(changed)} of ${String(plans.length)} layers again`,
    );
    plans = again.layers;
  }
}

interface Building {
  readonly input: BuildLayersInput;
  readonly ports: BuildLayersPorts;
  /** Layers that are there; those that the plans do not need any more are closed. */
  readonly written: Set<WrittenLayer>;
}

async function writeMissing(plans: readonly LayerPlan[], building: Building): Promise<readonly WrittenLayer[]> {
  const { input, ports, written } = building;
  const found = new Map(plans.map((plan) => [plan, findWritten(plan, written)]));
  const needed = new Set(found.values());
  for (const layer of [...written].filter((each) => !needed.has(each))) {
    input.layer.tap?.restart(layer.plan);
    written.delete(layer);
    await layer.close();
  }
  const total = plans.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = [...written].reduce((sum, { bytes }) => sum + bytes, 0);
  const advance = (bytes: number): void => {
    done = Math.min(done + bytes, total);
    ports.progress(done, total);
  };
  return mapConcurrently(plans, layersAtOnce, async (plan) => {
    const layer = found.get(plan) ?? (await writeLayer(plan, building, advance));
    written.add(layer);
    return layer;
  });
}

/** A stream that ended early gave nothing that can be used: the layer is read from its beginning. */
async function writeLayer(
  plan: LayerPlan,
  { input, ports }: Building,
  advance: (bytes: number) => void,
): Promise<WrittenLayer> {
  const options = { ...input.layer, tap: countingTap(input.layer.tap, advance) };
  for (let tries = 1; ; tries += 1) {
    ports.signal.throwIfAborted();
    try {
      return await ports.writer.write(plan, ports.reader.read(entriesToRead(plan)), options);
    } catch (error) {
      if (!(error instanceof TaskError) || error.code !== 'incomplete' || tries >= input.tries) throw error;
      ports.log.warn(`${messageOf(error)}; reading layer ${String(plan.part)} of ${plan.area} again`);
      input.layer.tap?.restart(plan);
    }
  }
}

function countingTap(tap: ContentTap | undefined, advance: (bytes: number) => void): ContentTap {
  return {
    content: (entry, bytes) => {
      advance(bytes.length);
      return tap?.content(entry, bytes);
    },
    end: (entry) => tap?.end(entry),
    restart: (plan) => tap?.restart(plan),
  };
}

function findWritten(plan: LayerPlan, written: ReadonlySet<WrittenLayer>): WrittenLayer | undefined {
  return [...written].find((layer) => isSamePlan(layer.plan, plan));
}

function byPath({ areas, above }: SplitInput): ReadonlyMap<string, FileEntry> {
  const entries = [...above, ...areas.flatMap((area) => area.entries)];
  return new Map(entries.map((entry) => [entry.path, entry]));
}
